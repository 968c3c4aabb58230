/** Runs the strong attacks of the full budget on photographs, and writes what bench/parity.py checks. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { apgdCe, apgdDlrTargeted, describeAttack, runAttack, square } from '../src/main/engine/attacks/index.ts';
import { startBackend } from '../src/main/engine/backend/index.ts';
import { openModelPackage } from '../src/main/engine/models/package.ts';
import { writeNpy } from '../src/main/reports/npy.ts';
import type { AttackOutcome } from '../src/shared/contract/engine.ts';
import type { Attack } from '../src/shared/domain/attack.ts';
import type { ClassIndex } from '../src/shared/domain/diagnosis.ts';
import { epsilonFrom255, epsilonKey } from '../src/shared/domain/epsilon.ts';
import { sha256 } from '../src/shared/kernel/ids.ts';
import { writeInputs } from './inputs.ts';
import type { Inputs } from './protocol.ts';

const USAGE = `node bench/craft.ts --images DIR --labels CSV --out DIR [options] MODEL...

  --images DIR --labels CSV   JPEG photographs, <image_id>.jpg, and a CSV with the columns image_id,dx
  --out DIR                   folder to write; it must not exist yet
  --count N, --seed N         how many photographs, drawn by which seed (default: 256, 1)
  --epsilons LIST             in 1/255 (default: 2,4)
  --attacks LIST              of apgd-ce, apgd-dlr-targeted, square (default: all)
  --attack-seed N             what the attacks draw by (default: 1)
  MODEL                       folders of model packages with 64x64 inputs
`;

const OPTIONS = {
  images: { type: 'string' },
  labels: { type: 'string' },
  out: { type: 'string' },
  count: { type: 'string', default: '256' },
  seed: { type: 'string', default: '1' },
  epsilons: { type: 'string', default: '2,4' },
  attacks: { type: 'string' },
  'attack-seed': { type: 'string', default: '1' },
} as const;

const ATTACKS: readonly Attack[] = [apgdCe(), apgdDlrTargeted(), square()];

/** One attack on one model at one epsilon, as it stands in `crafted.json`; the attacked inputs lie in `<file>`. */
interface Crafted {
  readonly model: string;
  readonly attack: Attack;
  readonly epsilon: number;
  readonly success: readonly boolean[];
  readonly verdict: readonly number[];
  readonly file: string;
  readonly seconds: number;
}

interface Task {
  readonly package: string;
  readonly attack: Attack;
  readonly epsilon: number;
  readonly seed: number;
}

async function craft(task: Task, inputs: Inputs, pixels: Uint8Array, out: string): Promise<Crafted> {
  const { attack, epsilon, seed } = task;
  const { classifier, card } = await openModelPackage(task.package);
  const from = performance.now();
  const outcomes = await runAttack(classifier, {
    modelSha256: sha256('0'.repeat(64)),
    inputs: { ...inputs, pixels, imageSha256: inputs.imageSha256.map(sha256) },
    labels: inputs.labels as readonly ClassIndex[],
    attack,
    epsilons: [epsilon],
    seed,
    wantAdversarials: true,
    broken: null,
    carry: false,
  });
  const seconds = (performance.now() - from) / 1000;
  classifier.dispose();
  const file = `${card.id}.${attack.id}.${epsilonKey(epsilon)}.npy`;
  await writeAdversarials(join(out, file), outcomes, inputs);
  console.error(`${card.id}, ${describeAttack(attack)}, ${epsilonKey(epsilon)}/255: ${seconds.toFixed(0)} s`);
  const success = outcomes.map((outcome) => outcome.success);
  return { model: card.id, attack, epsilon, success, verdict: outcomes.map(({ verdict }) => verdict), file, seconds };
}

function writeAdversarials(path: string, outcomes: readonly AttackOutcome[], { height, width }: Inputs): Promise<void> {
  const size = height * width * 3;
  const values = new Float32Array(outcomes.length * size);
  outcomes.forEach(({ adversarial }, at) => {
    if (adversarial) values.set(adversarial, at * size);
  });
  return writeNpy(path, values, [outcomes.length, height, width, 3]);
}

async function main(): Promise<void> {
  const { values: flags, positionals: packages } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const { images, labels, out } = flags;
  if (!images || !labels || !out || packages.length === 0) throw new Error(`Something is missing.\n\n${USAGE}`);
  const facts = await startBackend();
  await mkdir(out);
  const folder = join(out, 'inputs');
  const { inputs, sha256: sha256OfPixels } = await writeInputs(
    { images, labels },
    Number(flags.count),
    Number(flags.seed),
    folder,
  );
  const pixels = await readFile(join(folder, 'images.u8'));
  const epsilons = flags.epsilons.split(',').map((k) => epsilonFrom255(Number(k)));
  const names = flags.attacks?.split(',');
  const unknown = names?.filter((name) => !ATTACKS.some(({ id }) => id === name)) ?? [];
  if (unknown.length > 0) throw new Error(`No attack is called ${unknown.join(', ')}.\n\n${USAGE}`);
  const attacks = ATTACKS.filter(({ id }) => names?.includes(id) ?? true);
  const seed = Number(flags['attack-seed']);
  const rows: Crafted[] = [];
  for (const path of packages) {
    for (const attack of attacks) {
      for (const epsilon of epsilons) {
        rows.push(await craft({ package: path, attack, epsilon, seed }, inputs, pixels, out));
        const document = {
          format: 'epsiloscope.crafted',
          engine: facts,
          sha256OfPixels,
          imageSeed: Number(flags.seed),
          attackSeed: seed,
          rows,
        };
        await writeFile(join(out, 'crafted.json'), JSON.stringify(document));
      }
    }
  }
}

await main();
