/** Signed tokens, and the key set that Envoy's jwt_authn filter checks them with. */
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

export interface Issuer {
  /** The `iss` claim. */
  name: string;
  /** The JSON Web Key Set, for `local_jwks: { inline_string }`. */
  keySet: string;
  /** A token that is valid for an hour, unless the claims say otherwise. */
  token(claims: JWTPayload): Promise<string>;
}

/** A new issuer with a key of its own (ES256). */
export async function createIssuer(name = "https://issuer.test"): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const key = { ...(await exportJWK(publicKey)), kid: "1", alg: "ES256", use: "sig" };
  return {
    name,
    keySet: JSON.stringify({ keys: [key] }),
    token: (claims) =>
      new SignJWT({ exp: Math.floor(Date.now() / 1000) + 3600, ...claims })
        .setProtectedHeader({ alg: "ES256", kid: "1" })
        .setIssuer(name)
        .sign(privateKey),
  };
}
