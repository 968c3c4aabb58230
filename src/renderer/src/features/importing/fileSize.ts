const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `980 B`, `1.4 MiB`, `312 MiB`: three figures at most. */
export function fileSize(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  const digits = power === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[power] ?? 'B'}`;
}
