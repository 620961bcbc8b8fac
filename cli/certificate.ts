/**
 * The self-signed certificate of the demo.
 *   cli/certificate.ts FOLDER    makes it there, if need be
 */
import "reflect-metadata";
import { webcrypto, X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { isProgram } from "../tools/run.mjs";

const DAY = 24 * 3600 * 1000;
const NAMES = [
  { type: "dns", value: "localhost" },
  { type: "ip", value: "127.0.0.1" },
  { type: "ip", value: "::1" },
] as const;

/** A certificate for localhost, 127.0.0.1 and ::1, and where it is. */
export interface Certificate {
  certificateFile: string;
  keyFile: string;
  /** The certificate as PEM text: what a client has to trust. */
  pem: string;
}

/**
 * The certificate in a folder; a new one when there is none, or it is no longer valid for a week.
 * @param folder is made when missing
 */
export async function ensureCertificate(folder: string): Promise<Certificate> {
  const certificateFile = join(folder, "certificate.pem");
  const keyFile = join(folder, "key.pem");
  if (!isUsable(certificateFile, keyFile)) {
    mkdirSync(folder, { recursive: true });
    const { certificate, key } = await makeCertificate();
    // The certificate comes last: with a key of its own, or not at all.
    put(keyFile, key, 0o600);
    put(certificateFile, certificate, 0o644);
  }
  return { certificateFile, keyFile, pem: readFileSync(certificateFile, "utf8") };
}

function put(file: string, text: string, mode: number): void {
  writeFileSync(`${file}.new`, text, { mode });
  renameSync(`${file}.new`, file);
}

function isUsable(certificateFile: string, keyFile: string): boolean {
  try {
    readFileSync(keyFile);
    const { validFrom, validTo } = new X509Certificate(readFileSync(certificateFile));
    return Date.parse(validFrom) < Date.now() && Date.parse(validTo) > Date.now() + 7 * DAY;
  } catch {
    return false;
  }
}

async function makeCertificate(): Promise<{ certificate: string; key: string }> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=localhost, O=caldav-proxy-wasm demo",
    notBefore: new Date(Date.now() - DAY),
    // Apple's systems accept no more than 398 days.
    notAfter: new Date(Date.now() + 390 * DAY),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([...NAMES]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const key = x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
  return { certificate: certificate.toString("pem"), key };
}

if (isProgram(import.meta.url)) {
  const { certificateFile } = await ensureCertificate(process.argv[2] ?? ".");
  console.log(certificateFile);
}
