// node-appwrite, for programs on servers: an API key shows them the secrets of sessions.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as sdk from 'node-appwrite';
import { cases } from './cases.mjs';
import { endpoint, inbox, key, project, someone, unused, watch } from './control.mjs';

const used = new Set();
const newClient = () => new sdk.Client().setEndpoint(endpoint).setProject(project);
const accountOf = (client) => watch(new sdk.Account(client), (method) => used.add(method));

function visitor() {
    const client = newClient();
    return {
        client,
        account: accountOf(client),
        async logIn(start) {
            const session = await start(accountOf(newClient().setKey(key)));
            client.setSession(session.secret);
            return session;
        },
    };
}

cases(sdk, visitor);

test('only an API key shows secrets', async () => {
    const { userId, email, password } = someone();
    const guest = accountOf(newClient());
    const server = accountOf(newClient().setKey(key));
    await guest.create({ userId, email, password });
    assert.equal((await guest.createEmailPasswordSession({ email, password })).secret, '');
    assert.notEqual((await server.createEmailPasswordSession({ email, password })).secret, '');
    const { secret } = await server.createEmailToken({ userId, email });
    assert.equal(secret, (await inbox(email)).Secret);
    assert.equal((await server.createSession({ userId, secret })).userId, userId);
});

test('a server names the device of its user', async () => {
    const { userId, email, password } = someone();
    const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
    const server = accountOf(newClient().setKey(key).setForwardedUserAgent(firefox));
    await server.create({ userId, email, password });
    assert.equal((await server.createEmailPasswordSession({ email, password })).clientName, 'Firefox');
});

test('every method was used', () => assert.deepEqual(unused(sdk.Account, used), []));
