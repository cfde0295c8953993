package appwrite_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
)

// recordedUser is what a server of release 1.9.6 answered to GET /account.
const recordedUser = `{"$id":"6b00e203d4ccaa0106ea","$createdAt":"2026-11-21T00:12:51.872+00:00","$updatedAt":"2026-11-21T00:12:51.872+00:00",` +
	`"name":"Walter O'Brien","registration":"2026-11-21T00:12:51.871+00:00","status":true,"labels":[],"passwordUpdate":"2026-11-21T00:12:51.871+00:00",` +
	`"email":"u1795219971@example.com","phone":"","emailVerification":false,"emailCanonical":"u1795219971@example.com","emailIsFree":false,` +
	`"emailIsDisposable":true,"emailIsCorporate":false,"emailIsCanonical":true,"phoneVerification":false,"mfa":false,"prefs":{},` +
	`"targets":[{"$id":"6b00e203d8c3a0c1a296","$createdAt":"2026-11-21T00:12:51.887+00:00","$updatedAt":"2026-11-21T00:12:51.887+00:00","name":"",` +
	`"userId":"6b00e203d4ccaa0106ea","providerId":null,"providerType":"email","identifier":"u1795219971@example.com","expired":false}],` +
	`"accessedAt":"2026-11-21T00:12:51.871+00:00","impersonator":false,"impersonatorUserId":null}`

// memory is a Transport that answers at once and allocates as little as a Transport can, so
// that what a benchmark sees is the client's.
type memory struct {
	header http.Header
	body   string
}

func newMemory(body string) memory {
	return memory{http.Header{"Content-Type": {"application/json; charset=UTF-8"}, "Date": {"Sat, 21 Nov 2026 00:12:53 GMT"}, "Server": {"Appwrite"}}, body}
}

type stringBody struct{ strings.Reader }

func (*stringBody) Close() error { return nil }

func (m memory) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := &struct {
		response http.Response
		body     stringBody
	}{}
	answer.body.Reset(m.body)
	answer.response = http.Response{
		Status: "200 OK", StatusCode: 200, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: m.header, Body: &answer.body, ContentLength: int64(len(m.body)), Request: r,
	}
	return &answer.response, nil
}

var benchSession = strings.Repeat("eyJpZCI6IjZiMDBlMjAz", 17)

func benchClient(tb testing.TB, opts ...appwrite.Option) *appwrite.Client {
	tb.Helper()
	return benchClientFor(tb, recordedUser, opts...)
}

func benchClientFor(tb testing.TB, body string, opts ...appwrite.Option) *appwrite.Client {
	tb.Helper()
	c, err := appwrite.NewClient("http://localhost/v1", testProject, append([]appwrite.Option{appwrite.WithHTTPClient(&http.Client{Transport: newMemory(body)})}, opts...)...)
	require.NoError(tb, err)
	return c
}

func BenchmarkGet(b *testing.B) {
	a := benchClient(b, appwrite.WithSession(benchSession)).Account
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := a.Get(ctx); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGetParallel(b *testing.B) {
	base := benchClient(b)
	ctx := context.Background()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := base.WithSession(benchSession).Account.Get(ctx); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// byHand is what a program without this package would write.
func byHand(ctx context.Context, hc *http.Client, v any) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://localhost/v1/account", nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("User-Agent", appwrite.UserAgent)
	r.Header.Set("X-Appwrite-Project", testProject)
	r.Header.Set("X-Appwrite-Response-Format", appwrite.LatestServerVersion)
	r.Header.Set("X-Appwrite-Session", benchSession)
	r.Header.Set("X-SDK-Name", "Go")
	r.Header.Set("X-SDK-Platform", "server")
	r.Header.Set("X-SDK-Language", "go")
	r.Header.Set("X-SDK-Version", appwrite.Version)
	answer, err := hc.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || v == nil {
		return body, err
	}
	return body, json.Unmarshal(body, v)
}

func BenchmarkNetHTTPByHand(b *testing.B) {
	ctx := context.Background()
	b.Run("body only", func(b *testing.B) {
		hc := &http.Client{Transport: newMemory(recordedUser)}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := byHand(ctx, hc, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	// The 30 s of the client cost a context and a timer.
	b.Run("body only, timeout", func(b *testing.B) {
		hc := &http.Client{Transport: newMemory(recordedUser), Timeout: appwrite.DefaultTimeout}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := byHand(ctx, hc, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding json", func(b *testing.B) {
		hc := &http.Client{Transport: newMemory(recordedUser), Timeout: appwrite.DefaultTimeout}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := byHand(ctx, hc, &plainUser{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// plainUser is models.User as one would write it for encoding/json.
type plainUser struct {
	ID                 string          `json:"$id"`
	CreatedAt          string          `json:"$createdAt"`
	UpdatedAt          string          `json:"$updatedAt"`
	Name               string          `json:"name"`
	Registration       string          `json:"registration"`
	Status             bool            `json:"status"`
	Labels             []string        `json:"labels"`
	PasswordUpdate     string          `json:"passwordUpdate"`
	Email              string          `json:"email"`
	Phone              string          `json:"phone"`
	EmailVerification  bool            `json:"emailVerification"`
	EmailCanonical     string          `json:"emailCanonical"`
	EmailIsFree        *bool           `json:"emailIsFree"`
	EmailIsDisposable  *bool           `json:"emailIsDisposable"`
	EmailIsCorporate   *bool           `json:"emailIsCorporate"`
	EmailIsCanonical   *bool           `json:"emailIsCanonical"`
	PhoneVerification  bool            `json:"phoneVerification"`
	MFA                bool            `json:"mfa"`
	Prefs              json.RawMessage `json:"prefs"`
	AccessedAt         string          `json:"accessedAt"`
	Impersonator       bool            `json:"impersonator"`
	ImpersonatorUserID *string         `json:"impersonatorUserId"`
	Targets            []struct {
		ID           string  `json:"$id"`
		CreatedAt    string  `json:"$createdAt"`
		UpdatedAt    string  `json:"$updatedAt"`
		Name         string  `json:"name"`
		UserID       string  `json:"userId"`
		ProviderID   *string `json:"providerId"`
		ProviderType string  `json:"providerType"`
		Identifier   string  `json:"identifier"`
		Expired      bool    `json:"expired"`
	} `json:"targets"`
}

var userCopy *appwrite.Client

func BenchmarkWithJWT(b *testing.B) {
	base := benchClient(b)
	b.ReportAllocs()
	for b.Loop() {
		userCopy = base.WithJWT("a.b.c")
	}
}

var benchUser *models.User
