// Package repocheck holds the repository's documents to its code, and the code to its own
// rules.
package repocheck
