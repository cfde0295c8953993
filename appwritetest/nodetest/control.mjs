// What the cases need besides a client: the server's addresses, what its users see in
// their mail, in their authenticator app and in a browser, and ways to make things happen.
import assert from 'node:assert/strict';

export const endpoint = process.env.APPWRITE_ENDPOINT;
export const project = process.env.APPWRITE_PROJECT;
export const key = process.env.APPWRITE_KEY;

async function control(what, input) {
    const response = await fetch(`${process.env.CONTROL}/${what}`, { method: 'POST', body: JSON.stringify(input) });
    assert.ok(response.ok, `${what}: ${response.status}`);
    return response.json();
}

// Each is a call of the Go test's server; see controlOf there.
export const inbox = (to) => control('inbox', to);
export const totp = (userId) => control('totp', userId);
export const wait = (seconds) => control('clock', seconds);
export const setIdentity = (identity) => control('identity', identity);
export const denyLogin = () => control('denial', {});
export const fail = (fault) => control('fault', fault);
export const addConsent = (consent) => control('consent', consent);

// browse follows a link as a browser does, with its cookies, until it leaves the server.
// It returns the parameters of the page where it ends.
export async function browse(link, cookies = {}) {
    let url = new URL(link);
    while (url.origin === new URL(endpoint).origin) {
        const header = Object.entries(cookies).map(([name, value]) => `${name}=${value}`).join('; ');
        const response = await fetch(url, { redirect: 'manual', headers: { cookie: header } });
        for (const [, name, value] of response.headers.getSetCookie().map((cookie) => cookie.match(/^([^=]*)=([^;]*)/))) {
            cookies[name] = value;
        }
        const next = response.headers.get('location');
        assert.ok(next, `${url.pathname}: ${response.status} ${await response.text()}`);
        url = new URL(next, url);
    }
    return Object.fromEntries(url.searchParams);
}

// refused asserts that a call ends with the client's exception for the server's error.
export const refused = (call, code, type) => assert.rejects(call, { name: 'AppwriteException', code, type });

let users = 0;

// someone returns a new user's registration.
export function someone() {
    users++;
    return { userId: `user-${users}`, email: `user-${users}@example.com`, password: 'correct horse', name: `User ${users}` };
}

// register returns the visitor as a new user who is signed in; see cases.mjs.
export async function register(visitor) {
    const user = someone();
    const { email, password } = user;
    await visitor.account.create(user);
    const session = await visitor.logIn((account) => account.createEmailPasswordSession({ email, password }));
    return { ...visitor, ...user, session };
}

// watch returns the object as it is, but for what is called at each use of a method.
export function watch(object, used) {
    return new Proxy(object, {
        get(target, name) {
            used(name);
            return target[name];
        },
    });
}

// unused returns the methods of a class that are not in used. …Mfa… are old names of …MFA….
export function unused(type, used) {
    const methods = Object.getOwnPropertyNames(type.prototype).filter((name) => name !== 'constructor' && !name.includes('Mfa'));
    return methods.filter((name) => !used.has(name));
}
