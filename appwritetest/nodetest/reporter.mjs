// The reporter of Node's test runner that the Go test reads: a line of JSON for each case, and
// what is wrong besides as text for people.
import { inspect } from 'node:util';

export default async function* (events) {
    for await (const { type, data } of events) {
        if (type === 'test:pass') {
            yield JSON.stringify({ name: data.name }) + '\n';
        } else if (type === 'test:fail') {
            const { error } = data.details;
            yield JSON.stringify({ name: data.name, error: inspect(error.cause ?? error) }) + '\n';
        } else if (type === 'test:diagnostic') {
            console.error(data.message);
        }
    }
}
