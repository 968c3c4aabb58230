declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** 64 lower-case hex digits. */
export type Sha256 = Branded<'Sha256'>;

const SHA256_PATTERN = /^[0-9a-f]{64}$/;

export const isSha256 = (text: string): text is Sha256 => SHA256_PATTERN.test(text);

export function sha256(text: string): Sha256 {
  if (!isSha256(text)) throw new Error('Not a SHA-256: expected 64 lower-case hex digits.');
  return text;
}
