/** A certificate authority for tests: server certificates, and client certificates with any kind of name. */
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { temporaryFolder } from "./folder.ts";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const day = 24 * 3600 * 1000;

/** A certificate and its key: as PEM text, and the files that hold them. */
export interface Identity {
  certificate: string;
  key: string;
  certificateFile: string;
  keyFile: string;
}

/** What a certificate says about its holder. */
export interface Subject {
  /** An RFC 4514 name such as "CN=alice,OU=Calendars"; default: none. */
  subject?: string;
  dns?: string[];
  ip?: string[];
  uri?: string[];
  email?: string[];
  /** Default: one day from now. */
  notAfter?: Date;
}

export class Authority {
  /** The authority's own certificate, as PEM text and as a file. */
  readonly certificate: string;
  readonly certificateFile: string;
  private readonly folder = temporaryFolder("authority");
  private readonly own: x509.X509Certificate;
  private readonly keys: CryptoKeyPair;
  private issued = 0;

  private constructor(own: x509.X509Certificate, keys: CryptoKeyPair) {
    this.own = own;
    this.keys = keys;
    this.certificate = own.toString("pem");
    this.certificateFile = join(this.folder, "authority.pem");
    writeFileSync(this.certificateFile, this.certificate);
  }

  static async create(name = "CN=Test authority"): Promise<Authority> {
    const keys = await newKeys();
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name,
      notBefore: new Date(Date.now() - day),
      notAfter: new Date(Date.now() + day),
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return new Authority(certificate, keys);
  }

  /** A certificate for a server on the loopback addresses. */
  server(
    names: Subject = { subject: "CN=localhost", dns: ["localhost"], ip: ["127.0.0.1", "::1"] },
  ): Promise<Identity> {
    return this.issue(names, x509.ExtendedKeyUsage.serverAuth);
  }

  /** A certificate for a client. */
  client(names: Subject): Promise<Identity> {
    return this.issue(names, x509.ExtendedKeyUsage.clientAuth);
  }

  private async issue(names: Subject, usage: x509.ExtendedKeyUsage): Promise<Identity> {
    const keys = await newKeys();
    const alternatives = [
      ...(names.uri ?? []).map((value) => ({ type: "url" as const, value })),
      ...(names.dns ?? []).map((value) => ({ type: "dns" as const, value })),
      ...(names.ip ?? []).map((value) => ({ type: "ip" as const, value })),
      ...(names.email ?? []).map((value) => ({ type: "email" as const, value })),
    ];
    const certificate = await x509.X509CertificateGenerator.create({
      subject: names.subject ?? "",
      issuer: this.own.subject,
      notBefore: new Date(Date.now() - day),
      notAfter: names.notAfter ?? new Date(Date.now() + day),
      signingKey: this.keys.privateKey,
      signingAlgorithm: algorithm,
      publicKey: keys.publicKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([usage]),
        ...(alternatives.length > 0
          ? [new x509.SubjectAlternativeNameExtension(alternatives, names.subject === undefined)]
          : []),
        await x509.AuthorityKeyIdentifierExtension.create(this.own),
      ],
    });
    const base = join(this.folder, String(++this.issued));
    const identity = {
      certificate: certificate.toString("pem"),
      key: await privatePem(keys),
      certificateFile: `${base}.pem`,
      keyFile: `${base}.key`,
    };
    writeFileSync(identity.certificateFile, identity.certificate);
    writeFileSync(identity.keyFile, identity.key, { mode: 0o600 });
    return identity;
  }
}

async function newKeys(): Promise<CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

async function privatePem(keys: CryptoKeyPair): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
}
