// Opens what was sealed with HPKE (RFC 9180) in base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-GCM. By WebCrypto alone.
// The private key is a CryptoKey that no script can read out again, and lives as long as this page.

const KEY_FILE = "stop-search key of letters, private";
const KEM = number(0x0010);
const KDF = number(0x0001);
const POINT = 65;
const NOTHING = new Uint8Array();
export const AES_256_GCM = { id: 2, bytes: 32 };

export class WrongKey extends Error {}

// Reads the text of a key file. Gives the private key, the public point that belongs to it, and its fingerprint.
export async function readKeyFile(text) {
  let told;
  try {
    told = JSON.parse(text);
  } catch {
    throw new WrongKey("This is no key file.");
  }
  if (told?.kind !== KEY_FILE) throw new WrongKey("This is no key file.");
  return { ...(await importKey(told.key)), fingerprint: told.fingerprint };
}

export async function importKey(jwk) {
  const algorithm = { name: "ECDH", namedCurve: "P-256" };
  const privateKey = await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["deriveBits"]);
  return { privateKey, point: joined(Uint8Array.of(4), fromBase64(jwk.x), fromBase64(jwk.y)) };
}

// Opens the encapsulated key and ciphertext in one: RFC 9180 sections 4.1, 5.1 and 6.1, sequence number 0.
export async function open(key, sealed, info, aad = NOTHING, aead = AES_256_GCM) {
  const enc = sealed.subarray(0, POINT);
  try {
    const shared = await decapsulated(key, enc);
    const suite = joined(bytes("HPKE"), KEM, KDF, number(aead.id));
    const [pskHash, infoHash] = [await extract(suite, NOTHING, "psk_id_hash", NOTHING), await extract(suite, NOTHING, "info_hash", info)];
    const context = joined(Uint8Array.of(0), pskHash, infoHash);
    const secret = await extract(suite, shared, "secret", NOTHING);
    const raw = await expand(suite, secret, "key", context, aead.bytes);
    const nonce = await expand(suite, secret, "base_nonce", context, 12);
    const cipher = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
    const how = { name: "AES-GCM", iv: nonce, additionalData: aad };
    return new Uint8Array(await crypto.subtle.decrypt(how, cipher, sealed.subarray(POINT)));
  } catch {
    throw new WrongKey("This key does not open this letter, or the letter was changed.");
  }
}

async function decapsulated(key, enc) {
  const suite = joined(bytes("KEM"), KEM);
  const theirs = await crypto.subtle.importKey("raw", enc, { name: "ECDH", namedCurve: "P-256" }, false, []);
  const dh = new Uint8Array(await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, key.privateKey, 256));
  const prk = await extract(suite, NOTHING, "eae_prk", dh);
  return expand(suite, prk, "shared_secret", joined(enc, key.point), 32);
}

// LabeledExtract. An empty salt is a string of zeros, as HMAC pads it anyway: WebCrypto takes no empty key.
async function extract(suite, salt, label, material) {
  return hmac(salt.length ? salt : new Uint8Array(32), joined(bytes("HPKE-v1"), suite, bytes(label), material));
}

// LabeledExpand to at most 32 bytes: one round of HKDF.
async function expand(suite, prk, label, info, length) {
  const labelled = joined(number(length), bytes("HPKE-v1"), suite, bytes(label), info);
  return (await hmac(prk, joined(labelled, Uint8Array.of(1)))).subarray(0, length);
}

async function hmac(key, message) {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, message));
}

export function fromBase64(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

export function bytes(text) {
  return new TextEncoder().encode(text);
}

function number(value) {
  return Uint8Array.of(value >> 8, value & 255);
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
