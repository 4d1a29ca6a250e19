import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type Configuration,
} from 'openid-client';

/** How we are known to the identity provider (src/config.ts). */
export interface ProviderConfig {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Where the provider sends the browser back to; made from `PUBLIC_URL` alone. */
  redirectUri: string;
}

/** What the browser has to bring back, for one sign-in. */
export interface Kept {
  state: string;
  nonce: string;
  verifier: string;
}

/** Who the provider says that it is. */
export interface Identity {
  issuer: string;
  subject: string;
  /** A mail address, if the provider has verified that it is theirs. */
  verifiedEmail?: string;
  /** The provider has asked for more than one factor (`mfa` in `amr`, RFC 8176). */
  isMultiFactor: boolean;
}

/** Seconds that the provider may take for an answer. */
const TIMEOUT_S = 10;

/** The identity provider of the house, by OpenID Connect: code flow with PKCE, state and nonce. */
export class IdentityProvider {
  private found: Promise<Configuration> | undefined;

  constructor(private readonly config: ProviderConfig) {}

  /** Where to send the browser, and what it has to bring back. @throws Error while the provider cannot be reached */
  async begin(): Promise<{ url: string; kept: Kept }> {
    const provider = await this.discovered();
    const kept = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
    const url = buildAuthorizationUrl(provider, {
      redirect_uri: this.config.redirectUri,
      scope: 'openid email',
      code_challenge: await calculatePKCECodeChallenge(kept.verifier),
      code_challenge_method: 'S256',
      state: kept.state,
      nonce: kept.nonce,
    });
    return { url: url.href, kept };
  }

  /**
   * Who came back. @param query of the address that they came back to
   * @throws Error of the provider, of the network, or for an answer that is not to what `kept` began
   */
  async finish(query: string, { state, nonce, verifier }: Kept): Promise<Identity> {
    const provider = await this.discovered();
    const tokens = await authorizationCodeGrant(provider, new URL(`${this.config.redirectUri}?${query}`), {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims) throw new Error('the provider gave no id token');
    // Many providers give the mail address from their userinfo alone.
    const { email, email_verified: isVerified } =
      claims.email === undefined ? await fetchUserInfo(provider, tokens.access_token, claims.sub) : claims;
    const { amr } = claims;
    return {
      issuer: claims.iss,
      subject: claims.sub,
      ...(isVerified === true && typeof email === 'string' && { verifiedEmail: email }),
      isMultiFactor: Array.isArray(amr) && amr.includes('mfa'),
    };
  }

  /** What the provider says of itself: asked for once, and again after it could not be reached. */
  private discovered(): Promise<Configuration> {
    const { issuer, clientId, clientSecret } = this.config;
    const address = new URL(issuer);
    this.found ??= discovery(address, clientId, clientSecret, undefined, {
      timeout: TIMEOUT_S,
      // The configuration lets http through for a provider on this machine only.
      execute: address.protocol === 'http:' ? [allowInsecureRequests] : [],
    }).catch((error: unknown) => {
      this.found = undefined;
      throw error;
    });
    return this.found;
  }
}
