// A certificate authority and a server certificate of our own (ECDSA P-256), for the loopback listener. Keys stay in the
// data folder, readable by their owner only.
import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateFile } from '../privateFile.ts';
import { bitString, bool, implicit, integer, octets, oid, sequence, set, small, tagged, text, time } from './der.ts';

export interface ServingCertificate {
  readonly caPem: string;
  readonly certPem: string;
  readonly keyPem: string;
}

const DAY = 86_400_000;
const CA_DAYS = 3650;
const SERVER_DAYS = 365;
const RENEW_BEFORE = 30 * DAY;
const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
export const SERVER_NAMES = [
  'localhost',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
] as const;

interface Issuer {
  readonly name: string;
  readonly key: KeyObject;
  readonly publicKey: KeyObject;
}

/** Reads the certificates of a data folder, or makes them. The authority is kept, so that old kubeconfigs stay good. */
export function servingCertificate(folder: string, now: number): ServingCertificate {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const paths = {
    ca: join(folder, 'ca.crt'),
    caKey: join(folder, 'ca.key'),
    cert: join(folder, 'server.crt'),
    key: join(folder, 'server.key'),
  };
  if (!existsSync(paths.ca) || !existsSync(paths.caKey) || isExpiring(readFileSync(paths.ca, 'utf8'), now)) {
    const { privateKey, publicKey } = newKey();
    const issuer: Issuer = { name: `plumbline-ca-${randomBytes(4).toString('hex')}`, key: privateKey, publicKey };
    writePrivateFile(paths.caKey, pemOf(privateKey));
    writePrivateFile(
      paths.ca,
      certificate(issuer, issuer.name, publicKey, now, CA_DAYS, authorityExtensions(publicKey)),
    );
  }
  const caPem = readFileSync(paths.ca, 'utf8');
  const authority = new X509Certificate(caPem);
  if (!existsSync(paths.cert) || !existsSync(paths.key) || !isGood(readFileSync(paths.cert, 'utf8'), authority, now)) {
    const issuer: Issuer = {
      name: authority.subject.replace(/^CN=/, ''),
      key: createPrivateKey(readFileSync(paths.caKey, 'utf8')),
      publicKey: authority.publicKey,
    };
    const { privateKey, publicKey } = newKey();
    writePrivateFile(paths.key, pemOf(privateKey));
    writePrivateFile(
      paths.cert,
      certificate(issuer, 'plumbline-apiserver', publicKey, now, SERVER_DAYS, serverExtensions(issuer.publicKey)),
    );
  }
  return { caPem, certPem: readFileSync(paths.cert, 'utf8'), keyPem: readFileSync(paths.key, 'utf8') };
}

function newKey(): { privateKey: KeyObject; publicKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function isExpiring(pem: string, now: number): boolean {
  return Date.parse(new X509Certificate(pem).validTo) - now < RENEW_BEFORE;
}

function isGood(pem: string, authority: X509Certificate, now: number): boolean {
  return !isExpiring(pem, now) && new X509Certificate(pem).verify(authority.publicKey);
}

function commonName(name: string): Uint8Array {
  return sequence(set(sequence(oid('2.5.4.3'), text(name))));
}

function certificate(
  issuer: Issuer,
  subject: string,
  publicKey: KeyObject,
  now: number,
  days: number,
  extensions: Uint8Array,
): string {
  const body = sequence(
    tagged(0, small(2)),
    integer(randomBytes(16)),
    ECDSA_SHA256,
    commonName(issuer.name),
    // An hour of slack for a clock that was set back after the folder was made.
    sequence(time(new Date(now - 3_600_000)), time(new Date(now + days * DAY))),
    commonName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, extensions),
  );
  const signed = sequence(body, ECDSA_SHA256, bitString(sign('sha256', body, issuer.key)));
  const lines = btoa(String.fromCharCode(...signed)).match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function extension(id: string, critical: boolean, value: Uint8Array): Uint8Array {
  return critical ? sequence(oid(id), bool(true), octets(value)) : sequence(oid(id), octets(value));
}

function keyIdentifier(publicKey: KeyObject): Uint8Array {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20);
}

function authorityExtensions(publicKey: KeyObject): Uint8Array {
  return sequence(
    extension('2.5.29.19', true, sequence(bool(true))),
    // keyCertSign and cRLSign.
    extension('2.5.29.15', true, bitString(Uint8Array.of(0x06), 1)),
    extension('2.5.29.14', false, octets(keyIdentifier(publicKey))),
  );
}

function serverExtensions(issuerKey: KeyObject): Uint8Array {
  const names = SERVER_NAMES.map((name) => implicit(2, new TextEncoder().encode(name)));
  return sequence(
    extension('2.5.29.19', true, sequence()),
    // digitalSignature.
    extension('2.5.29.15', true, bitString(Uint8Array.of(0x80), 7)),
    extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.17', false, sequence(...names, implicit(7, Uint8Array.of(127, 0, 0, 1)))),
    extension('2.5.29.35', false, sequence(implicit(0, keyIdentifier(issuerKey)))),
  );
}
