// appwrite, for browsers: sessions are cookies, and what the server sends in X-Fallback-Cookies
// is kept in localStorage for browsers that take no cookies of other sites. Node.js is one.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as sdk from 'appwrite';
import { cases } from './cases.mjs';
import { browse, endpoint, project, refused, register, setIdentity, someone, unused, watch } from './control.mjs';

const warnings = new Set();
console.warn = (warning) => warnings.add(warning);

// All of a browser that the client needs: a place for the session, and one for a warning
// about that.
globalThis.window = { localStorage: undefined, console };

const used = new Set();

// visitor returns a person with a browser of their own.
function visitor() {
    const items = {};
    const localStorage = { getItem: (name) => items[name] ?? null, setItem: (name, value) => { items[name] = value; } };
    const client = new sdk.Client().setEndpoint(endpoint).setProject(project);
    const account = watch(new sdk.Account(client), (method) => {
        used.add(method);
        window.localStorage = localStorage;
    });
    return { client, account, localStorage, logIn: (start) => start(account) };
}

cases(sdk, visitor);

const sessionCookie = `a_session_${project}`;
const fallbackOf = ({ localStorage }) => JSON.parse(localStorage.getItem('cookieFallback'));

test('localStorage holds the session, which answers do not show', async () => {
    const person = await register(visitor());
    const { account, client, email, password, session } = person;
    assert.equal(session.secret, '');
    assert.deepEqual(Object.keys(fallbackOf(person)), [sessionCookie]);
    await refused(account.createEmailPasswordSession({ email, password }), 401, 'user_session_already_exists');

    const { jwt } = await account.createJWT();
    client.setJWT(jwt);
    await refused(account.get(), 403, 'user_jwt_and_cookie_set');
    client.setJWT('');
    await account.deleteSession({ sessionId: session.$id });
    assert.deepEqual(fallbackOf(person), []);
});

test('OAuth2 session, and one that links an identity', async () => {
    const page = 'http://localhost/page';
    const login = (account) => account.createOAuth2Session({ provider: sdk.OAuthProvider.Github, success: page, failure: page });
    const { email } = someone();
    await setIdentity({ ProviderUID: 'hopper', Email: email, Name: 'Hopper', EmailVerified: true });
    const cookies = {};
    assert.deepEqual(await browse(login(visitor().account), cookies), {});
    const { account, client } = visitor();
    client.setCookie(`${sessionCookie}=${cookies[sessionCookie]}`);
    assert.equal((await account.get()).email, email);
    assert.equal((await account.getSession({ sessionId: 'current' })).provider, 'github');
    await account.deleteIdentity({ identityId: (await account.listIdentities()).identities[0].$id });

    const person = await register(visitor());
    await setIdentity({ ProviderUID: 'goldberg', Email: person.email, Name: 'Goldberg', EmailVerified: true });
    await browse(login(person.account), { [sessionCookie]: encodeURIComponent(fallbackOf(person)[sessionCookie]) });
    // The login replaced the session, so the visitor signs in again.
    await refused(person.account.get(), 401, 'general_unauthorized_scope');
    await person.account.createEmailPasswordSession(person);
    assert.equal((await person.account.listIdentities()).identities[0].providerUid, 'goldberg');
});

test('push targets', async () => {
    const { account } = await register(visitor());
    const { $id: targetId } = await account.createPushTarget({ targetId: sdk.ID.unique(), identifier: 'device-1' });
    assert.equal((await account.updatePushTarget({ targetId, identifier: 'device-2' })).identifier, 'device-2');
    assert.deepEqual((await account.get()).targets.map((target) => target.providerType), ['email', 'push']);
    await account.deletePushTarget({ targetId });
    await refused(account.deletePushTarget({ targetId }), 404, 'user_target_not_found');
});

test('a browser may send what the client sends, and read the fallback', async () => {
    const origin = 'http://localhost:3000';
    const { headers } = await fetch(`${endpoint}/account`, { method: 'OPTIONS', headers: { origin } });
    const sent = [...Object.keys(visitor().client.getHeaders()), 'X-Appwrite-Project', 'X-Appwrite-JWT', 'X-Fallback-Cookies', 'Content-Type'];
    const allowed = headers.get('access-control-allow-headers').toLowerCase().split(', ');
    assert.deepEqual(sent.filter((name) => !allowed.includes(name.toLowerCase())), []);
    assert.equal(headers.get('access-control-allow-origin'), origin);
    assert.equal(headers.get('access-control-allow-credentials'), 'true');
    assert.match(headers.get('access-control-expose-headers'), /X-Fallback-Cookies/);
});

test('the client warns of localStorage and of its server being older', () => {
    assert.deepEqual([...warnings].map((warning) => warning.match(/localStorage|Appwrite 2\.0\.0/)[0]).sort(), ['Appwrite 2.0.0', 'localStorage']);
});

test('every method was used', () => assert.deepEqual(unused(sdk.Account, used), []));
