import { readFileSync } from 'node:fs';
import os from 'node:os';

/** What of the CPU decides which float kernels libtensorflow and oneDNN choose, and how they block their sums. */
export interface CpuFacts {
  /** For people, for example `AMD EPYC (family 26, model 2), AVX-512`. */
  readonly name: string;
  /** Sorted vector extensions, for example `['avx', 'avx2', 'fma']`; null where the system does not tell. */
  readonly extensions: readonly string[] | null;
}

const VECTOR_EXTENSION = /^(avx|fma|amx|sse4|asimd|sve|bf16)/;

/** Asks the system about its CPU. On Linux all is known; elsewhere the model's name stands for its extensions. */
export function cpuFacts(): CpuFacts {
  const model = os.cpus()[0]?.model.trim() ?? 'unknown CPU';
  const table = process.platform === 'linux' ? readCpuTable() : new Map<string, string>();
  const flags = table.get('flags') ?? table.get('Features');
  const extensions =
    flags
      ?.split(' ')
      .filter((flag) => VECTOR_EXTENSION.test(flag))
      .sort() ?? null;
  const series = table.has('cpu family')
    ? ` (family ${table.get('cpu family') ?? ''}, model ${table.get('model') ?? ''})`
    : '';
  return { name: `${model}${series}${widest(extensions)}`, extensions };
}

/** The first processor's entry of /proc/cpuinfo. */
function readCpuTable(): Map<string, string> {
  const [firstProcessor = ''] = readFileSync('/proc/cpuinfo', 'utf8').split('\n\n');
  const rows = firstProcessor.split('\n').map((line) => line.split(':').map((part) => part.trim()));
  return new Map(rows.map(([key = '', value = '']) => [key, value]));
}

function widest(extensions: readonly string[] | null): string {
  if (extensions === null) return '';
  if (extensions.includes('avx512f')) return ', AVX-512';
  return extensions.includes('avx2') ? ', AVX2' : ', without AVX2';
}
