// What both clients can do, as test cases. sdk is the module of the client; visitor returns
// a person with an account object of their own: a guest, until logIn(start) was given a
// function that starts a session with the account it gets.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
    addConsent, browse, denyLogin, endpoint, fail, inbox, project, refused, register, setIdentity, someone, totp, wait,
} from './control.mjs';

const page = 'http://localhost/page'; // of the app; nobody opens it
const phone = (n) => `+4930${String(n).padStart(7, '0')}`;

export function cases(sdk, visitor) {
    const { AuthenticatorType, AuthenticationFactor, ID, OAuthProvider, Query } = sdk;

    test('registration', async () => {
        const { account } = visitor();
        const { email, password } = someone();
        const userId = ID.unique();
        const user = await account.create({ userId, email, password, name: 'Ada' });
        assert.equal(user.$id, userId);
        assert.equal(user.email, email);
        assert.equal(user.name, 'Ada');
        assert.equal(user.emailVerification, false);
        assert.ok(Math.abs(new Date(user.registration) - new Date(user.$createdAt)) < 1000);
        await refused(account.create({ userId: ID.unique(), email, password }), 409, 'user_already_exists');
        await refused(account.get(), 401, 'general_unauthorized_scope');
    });

    test('login, sessions, logout', async () => {
        const { account, userId, email, password, logIn } = await register(visitor());
        assert.equal((await account.get()).$id, userId);
        await refused(visitor().account.createEmailPasswordSession({ email, password: 'wrong horse' }), 401, 'user_invalid_credentials');

        const current = await account.getSession({ sessionId: 'current' });
        assert.equal(current.userId, userId);
        assert.equal(current.current, true);
        assert.deepEqual([...current.factors], ['password']);
        await wait(3600);
        const { expire } = await account.updateSession({ sessionId: 'current' });
        const hours = (new Date(expire + 'Z') - new Date(current.expire)) / 3_600_000; // this one date has no zone
        assert.ok(hours >= 1 && hours < 1.1, `extended by ${hours} h`);

        const elsewhere = visitor();
        const other = await elsewhere.logIn((guest) => guest.createEmailPasswordSession({ email, password }));
        assert.deepEqual((await account.listSessions()).sessions.map((session) => session.$id).sort(), [current.$id, other.$id].sort());
        await account.deleteSession({ sessionId: other.$id });
        await refused(elsewhere.account.get(), 401, 'general_unauthorized_scope');
        await refused(account.deleteSession({ sessionId: other.$id }), 404, 'user_session_not_found');
        assert.equal((await account.listSessions()).total, 1);

        await account.deleteSession({ sessionId: 'current' });
        await refused(account.get(), 401, 'general_unauthorized_scope');
        await logIn((guest) => guest.createEmailPasswordSession({ email, password }));
        await account.deleteSessions();
        await refused(account.get(), 401, 'general_unauthorized_scope');
    });

    test('a session ends after a year', async () => {
        const { account } = await register(visitor());
        await wait(364 * 24 * 3600);
        await account.get();
        await wait(2 * 24 * 3600);
        await refused(account.get(), 401, 'general_unauthorized_scope');
    });

    test('anonymous session', async () => {
        const { account, logIn } = visitor();
        const session = await logIn((guest) => guest.createAnonymousSession());
        assert.equal(session.provider, 'anonymous');
        const { email, password } = someone();
        const user = await account.updateEmail({ email, password });
        assert.equal(user.$id, session.userId);
        assert.equal(user.email, email);
    });

    test('name, e-mail, phone, password', async () => {
        const { account, userId, password } = await register(visitor());
        assert.equal((await account.updateName({ name: 'Ada Lovelace' })).name, 'Ada Lovelace');
        const { email } = someone();
        assert.equal((await account.updateEmail({ email, password })).email, email);
        assert.equal((await account.updatePhone({ phone: phone(1), password })).phone, phone(1));
        await refused(account.updatePassword({ password: 'battery staple', oldPassword: 'wrong horse' }), 401, 'user_invalid_credentials');
        await account.updatePassword({ password: 'battery staple', oldPassword: password });
        const session = await visitor().logIn((guest) => guest.createEmailPasswordSession({ email, password: 'battery staple' }));
        assert.equal(session.userId, userId);
    });

    test('preferences', async () => {
        const { account } = await register(visitor());
        assert.deepEqual(Object.keys(await account.getPrefs()), []);
        const prefs = { theme: 'dark', size: 12.5, tags: ['a', 'b/ü'], nested: { on: true, none: null } };
        const plain = (value) => JSON.parse(JSON.stringify(value));
        assert.deepEqual(plain((await account.updatePrefs({ prefs })).prefs), prefs);
        assert.deepEqual(plain(await account.getPrefs()), prefs);
        assert.deepEqual(plain((await account.get()).prefs), prefs);

        const large = 9007199254740993n; // more than a double holds; the clients read it as a BigInt
        await account.updatePrefs({ prefs: { large } });
        assert.equal(BigInt((await account.getPrefs()).large), large);
        await refused(account.updatePrefs({ prefs: { text: 'x'.repeat(70_000) } }), 400, 'general_argument_invalid');
    });

    test('JWT', async () => {
        const { account, userId } = await register(visitor());
        const { jwt } = await account.createJWT({ duration: 600 });
        const bearer = visitor();
        bearer.client.setJWT(jwt);
        assert.equal((await bearer.account.get()).$id, userId);
        assert.deepEqual(Object.keys(await bearer.account.getPrefs()), []);
        await wait(601);
        await refused(bearer.account.get(), 401, 'user_jwt_invalid');
        await account.get();
    });

    test('recovery', async () => {
        const { account, email, password, logIn } = await register(visitor());
        const token = await visitor().account.createRecovery({ email, url: page });
        assert.equal(token.secret, '');
        const mail = await inbox(email);
        assert.equal(mail.Kind, 'recovery');
        const { userId, secret } = Object.fromEntries(new URL(mail.URL).searchParams);
        await refused(visitor().account.updateRecovery({ userId, secret: 'x', password: 'battery staple' }), 401, 'user_invalid_token');
        await visitor().account.updateRecovery({ userId, secret, password: 'battery staple' });
        await refused(account.get(), 401, 'general_unauthorized_scope');
        await refused(visitor().account.createEmailPasswordSession({ email, password }), 401, 'user_invalid_credentials');
        await logIn((guest) => guest.createEmailPasswordSession({ email, password: 'battery staple' }));
        await account.get();
    });

    test('verification of e-mail and phone', async () => {
        const { account, email, password } = await register(visitor());
        await account.createEmailVerification({ url: page });
        const { userId, secret } = Object.fromEntries(new URL((await inbox(email)).URL).searchParams);
        await visitor().account.updateEmailVerification({ userId, secret });
        assert.equal((await account.get()).emailVerification, true);

        await account.updatePhone({ phone: phone(2), password });
        await account.createPhoneVerification();
        await account.updatePhoneVerification({ userId, secret: (await inbox(phone(2))).Secret });
        assert.equal((await account.get()).phoneVerification, true);
    });

    test('verification by its old names and positional arguments', async () => {
        const { account, email } = await register(visitor());
        await account.createVerification(page);
        const { userId, secret } = Object.fromEntries(new URL((await inbox(email)).URL).searchParams);
        await account.updateVerification(userId, secret);
        assert.equal((await account.get()).emailVerification, true);
    });

    test('sessions by e-mail code, magic URL and SMS', async () => {
        const { userId, email } = someone();
        const token = await visitor().account.createEmailToken({ userId, email, phrase: true });
        const mail = await inbox(email);
        assert.ok(token.phrase);
        assert.equal(mail.Phrase, token.phrase);
        await refused(visitor().account.createSession({ userId, secret: '000' }), 401, 'user_invalid_token');
        const byCode = visitor();
        await byCode.logIn((guest) => guest.createSession({ userId, secret: mail.Secret }));
        assert.equal((await byCode.account.get()).emailVerification, true);

        for (const method of ['createSession', 'updateMagicURLSession']) {
            await visitor().account.createMagicURLToken({ userId: ID.unique(), email, url: page });
            const { userId: id, secret } = Object.fromEntries(new URL((await inbox(email)).URL).searchParams);
            const byLink = visitor();
            await byLink.logIn((guest) => guest[method]({ userId: id, secret }));
            assert.equal((await byLink.account.get()).$id, userId);
        }
        for (const method of ['createSession', 'updatePhoneSession']) {
            const { userId: id } = await visitor().account.createPhoneToken({ userId: ID.unique(), phone: phone(3) });
            const byPhone = visitor();
            const { Secret: secret } = await inbox(phone(3));
            await byPhone.logIn((guest) => guest[method]({ userId: id, secret }));
            assert.equal((await byPhone.account.get()).phone, phone(3));
        }
    });

    test('MFA with an authenticator app, recovery codes and e-mail', async () => {
        const { account, userId, email, password } = await register(visitor());
        const { secret, uri } = await account.createMFAAuthenticator({ type: AuthenticatorType.Totp });
        assert.equal(new URL(uri).searchParams.get('secret'), secret);
        await refused(account.updateMFAAuthenticator({ type: AuthenticatorType.Totp, otp: '000' }), 401, 'user_invalid_token');
        await account.updateMFAAuthenticator({ type: AuthenticatorType.Totp, otp: await totp(userId) });
        assert.equal((await account.updateMFA({ mfa: true })).mfa, true);
        const { recoveryCodes } = await account.createMFARecoveryCodes();
        assert.equal(recoveryCodes.length, 6);

        // A new session owes a second factor.
        const again = visitor();
        await again.logIn((guest) => guest.createEmailPasswordSession({ email, password }));
        await refused(again.account.get(), 401, 'user_more_factors_required');
        const factors = await again.account.listMFAFactors();
        assert.deepEqual({ ...factors }, { totp: true, phone: false, email: false, recoveryCode: true });
        const challenge = await again.account.createMFAChallenge({ factor: AuthenticationFactor.Totp });
        await refused(again.account.updateMFAChallenge({ challengeId: challenge.$id, otp: '000' }), 401, 'user_invalid_token');
        await refused(again.account.get(), 401, 'user_more_factors_required');
        const session = await again.account.updateMFAChallenge({ challengeId: challenge.$id, otp: await totp(userId) });
        assert.deepEqual([...session.factors], ['password', 'totp']);
        assert.equal((await again.account.get()).$id, userId);
        assert.deepEqual([...(await again.account.getMFARecoveryCodes()).recoveryCodes], [...recoveryCodes]);

        const byCode = visitor();
        await byCode.logIn((guest) => guest.createEmailPasswordSession({ email, password }));
        const recover = async (factor) => {
            const { $id: challengeId } = await byCode.account.createMFAChallenge({ factor });
            return byCode.account.updateMFAChallenge({ challengeId, otp: recoveryCodes[0] });
        };
        // The server takes the factor as the clients spell it, and then no code.
        await refused(recover(AuthenticationFactor.Recoverycode), 401, 'user_invalid_token');
        await recover('recoveryCode');
        assert.equal((await byCode.account.getMFARecoveryCodes()).recoveryCodes.length, 5);
        assert.equal((await byCode.account.updateMFARecoveryCodes()).recoveryCodes.length, 6);

        // A session without a challenge of its own may not remove the app.
        await refused(account.deleteMFAAuthenticator({ type: AuthenticatorType.Totp }), 401, 'user_challenge_required');
        await byCode.account.deleteMFAAuthenticator({ type: AuthenticatorType.Totp });
        assert.equal((await byCode.account.listMFAFactors()).totp, false);

        await account.createEmailVerification({ url: page });
        await account.updateEmailVerification({ userId, secret: (await inbox(email)).Secret });
        const byMail = visitor();
        await byMail.logIn((guest) => guest.createEmailPasswordSession({ email, password }));
        await refused(byMail.account.get(), 401, 'user_more_factors_required');
        const mailed = await byMail.account.createMFAChallenge({ factor: AuthenticationFactor.Email });
        await byMail.account.updateMFAChallenge({ challengeId: mailed.$id, otp: (await inbox(email)).Secret });
        await byMail.account.updateMFA({ mfa: false });
    });

    test('OAuth2 token and identities', async () => {
        const { email } = someone();
        await setIdentity({ ProviderUID: 'octocat', Email: email, Name: 'Octocat', EmailVerified: true });
        const { account, logIn } = visitor();
        const urls = { success: page + '?from=test', failure: page };
        const link = await account.createOAuth2Token({ provider: OAuthProvider.Github, ...urls, scopes: ['read:user'] });
        const { userId, secret, from } = await browse(link);
        assert.equal(from, 'test');
        const session = await logIn((guest) => guest.createSession({ userId, secret }));
        assert.equal(session.userId, userId);
        assert.equal((await account.get()).email, email);
        await refused(visitor().account.createSession({ userId, secret }), 401, 'user_invalid_token');

        const github = [Query.equal('provider', [OAuthProvider.Github])];
        const { total, identities } = await account.listIdentities({ queries: github });
        assert.equal(total, 1);
        assert.equal(identities[0].providerUid, 'octocat');
        assert.equal((await account.listIdentities({ queries: [Query.equal('provider', ['google'])] })).total, 0);
        await account.deleteIdentity({ identityId: identities[0].$id });
        assert.equal((await account.listIdentities()).total, 0);

        await denyLogin();
        const { error } = await browse(await account.createOAuth2Token({ provider: OAuthProvider.Github, ...urls }));
        assert.equal(JSON.parse(error).type, 'user_oauth2_provider_error');
    });

    test('logs', async () => {
        const { account, userId } = await register(visitor());
        await account.updateName({ name: 'Ada Lovelace' });
        const { total, logs } = await account.listLogs({ queries: [Query.limit(1)] });
        assert.ok(total > 1);
        assert.equal(logs.length, 1);
        assert.equal(logs[0].event, 'user.update');
        assert.equal(logs[0].userId, userId);
    });

    test('consents', async () => {
        const { account, userId } = await register(visitor());
        const consent = await addConsent({ userId, appId: 'app', scopes: ['openid'] });
        const consentId = consent.$id;
        assert.equal((await account.listConsents()).consents[0].$id, consentId);
        assert.deepEqual([...(await account.getConsent({ consentId })).scopes], ['openid']);
        const { tokens } = await account.listConsentTokens({ consentId });
        const token = { consentId, tokenId: tokens[0].$id };
        assert.equal((await account.getConsentToken(token)).appId, 'app');
        await account.deleteConsentToken(token);
        assert.equal((await account.listConsentTokens({ consentId })).total, 0);
        await account.deleteConsent({ consentId });
        assert.equal((await account.listConsents()).total, 0);
    });

    test('errors', async () => {
        const { account } = await register(visitor());
        await assert.rejects(account.updateName({ name: 'x'.repeat(129) }), {
            name: 'AppwriteException',
            code: 400,
            type: 'general_argument_invalid',
            message: 'Invalid `name` param: Value must be a valid string and at least 1 chars and no longer than 128 chars',
            response: /"version":"1\.9\.6"/,
        });
        await refused(account.listIdentities({ queries: ['no query'] }), 400, 'general_argument_invalid');
        await refused(visitor().account.createEmailToken({ userId: '$', email: someone().email }), 400, 'general_argument_invalid');

        const stranger = visitor();
        stranger.client.setProject('nowhere');
        await refused(stranger.account.get(), 404, 'project_not_found');
        stranger.client.setEndpoint(endpoint + '/nowhere').setProject(project);
        await assert.rejects(stranger.account.get(), { name: 'AppwriteException', code: 404, type: '' });

        await fail({ Operation: 'account.get', Status: 429, Times: 1 });
        await refused(account.get(), 429, 'general_rate_limit_exceeded');
        await fail({ Operation: 'account.get', Damage: 'body HTML', Times: 1 });
        await assert.rejects(account.get(), { name: 'AppwriteException', code: 502, response: /<html/ });
        await account.get();
    });

    test('blocking oneself', async () => {
        const { account, email, password } = await register(visitor());
        const elsewhere = visitor();
        await elsewhere.logIn((guest) => guest.createEmailPasswordSession({ email, password }));
        assert.equal((await account.updateStatus()).status, false);
        await refused(elsewhere.account.get(), 403, 'user_blocked');
        await refused(visitor().account.createEmailPasswordSession({ email, password }), 403, 'user_blocked');
    });
}
