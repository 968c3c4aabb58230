/** Questions that nobody means well, made from good ones. */
import fc from 'fast-check';
import { apiContract } from '../../src/shared/contract/api.ts';

/** Every procedure of the contract, and those that take an input. */
export const PROCEDURES: readonly string[] = Object.entries(apiContract).flatMap(([group, procedures]) =>
  Object.keys(procedures).map((name) => `${group}.${name}`),
);
export const takesInput = (procedure: string): boolean => {
  const [group = '', name = ''] = procedure.split('.');
  const groups = apiContract as unknown as Record<string, Record<string, { '~orpc': { inputSchema?: unknown } }>>;
  return groups[group]?.[name]?.['~orpc'].inputSchema !== undefined;
};

const HOSTILE: readonly unknown[] = [
  null,
  -1,
  0.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  '',
  ' ',
  '\0',
  '../../etc/passwd',
  '..\\..\\secret',
  "'; DROP TABLE cases; --",
  '%',
  '_',
  '"',
  '<img src=x onerror=alert(1)>',
  'constructor',
  '\u202e\ud800',
  'x'.repeat(10_000),
  [],
  {},
  [[]],
  JSON.parse('{"__proto__":{"polluted":true}}'),
  true,
];

const hostile = fc.oneof(fc.constantFrom(...HOSTILE), fc.jsonValue());

type Path = readonly (string | number)[];

/** Places in a value, the value itself first. */
function placesIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, part]) => placesIn(part, [...at, key]))];
}

function changed(value: unknown, [key, ...deeper]: Path, change: (part: unknown) => unknown): unknown {
  if (key === undefined) return change(value);
  if (Array.isArray(value)) {
    return value.map((part: unknown, index) => (String(index) === key ? changed(part, deeper, change) : part));
  }
  const record = value as Record<string, unknown>;
  return { ...record, [key]: changed(record[key], deeper, change) };
}

/** The good question itself; with a part replaced, missing or repeated; or anything at all. */
export function inputsLike(example: unknown): fc.Arbitrary<unknown> {
  const place = fc.constantFrom(...placesIn(example));
  return fc.oneof(
    fc.constant(example),
    fc.tuple(place, hostile).map(([at, part]) => changed(example, at, () => part)),
    place.map((at) => changed(example, at, () => undefined)),
    place.map((at) =>
      changed(example, at, (part) => (Array.isArray(part) ? [...(part as unknown[]), ...(part as unknown[])] : part)),
    ),
    hostile,
  );
}
