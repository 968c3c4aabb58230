/** What can be wrong with the folder of a model, each with the reason that a person must be told. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelCardSchema, type ModelCard } from '../../../../src/shared/contract/modelCard.ts';

export const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
export const readCard = (directory: string): ModelCard =>
  modelCardSchema.parse(JSON.parse(readFileSync(join(directory, 'card.json'), 'utf8')));

/** Replaces a file and says so on the card, as someone would who means harm or knows no better. */
function replace(directory: string, name: 'model.json' | 'weights.bin', content: string | Uint8Array): void {
  writeFileSync(join(directory, name), content);
  const card = readCard(directory);
  card.files[name] = hash(readFileSync(join(directory, name)));
  writeFileSync(join(directory, 'card.json'), JSON.stringify(card));
}

interface ModelJson {
  modelTopology: { config: { layers: { class_name: string; config: Record<string, unknown> }[] } };
  weightsManifest: {
    paths: string[];
    weights: { name: string; shape: number[]; dtype: string; quantization?: unknown }[];
  }[];
}
type Group = ModelJson['weightsManifest'][number];

function editTopology(directory: string, edit: (json: ModelJson, group: Group) => void): void {
  const json = JSON.parse(readFileSync(join(directory, 'model.json'), 'utf8')) as ModelJson;
  const [group] = json.weightsManifest;
  if (!group) throw new Error('expected a group of weights');
  edit(json, group);
  replace(directory, 'model.json', JSON.stringify(json));
}

const firstWeight = ({ weights: [first] }: Group) => {
  if (!first) throw new Error('expected a weight');
  return first;
};

function editWeights(directory: string, edit: (values: Float32Array) => void): void {
  const bytes = new Uint8Array(readFileSync(join(directory, 'weights.bin')));
  edit(new Float32Array(bytes.buffer));
  replace(directory, 'weights.bin', bytes);
}

function flipByte(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(file, bytes);
}

type Damage = readonly [what: string, code: string, reason: RegExp, damage: (directory: string) => void];

export const DAMAGED: readonly Damage[] = [
  [
    'without its folder',
    'MODEL_INCOMPLETE',
    /there is no such folder/,
    (at) => {
      rmSync(at, { recursive: true });
    },
  ],
  [
    'without card.json',
    'MODEL_INCOMPLETE',
    /holds no card\.json/,
    (at) => {
      rmSync(join(at, 'card.json'));
    },
  ],
  [
    'without model.json',
    'MODEL_INCOMPLETE',
    /holds no model\.json/,
    (at) => {
      rmSync(join(at, 'model.json'));
    },
  ],
  [
    'without weights.bin',
    'MODEL_INCOMPLETE',
    /holds no weights\.bin/,
    (at) => {
      rmSync(join(at, 'weights.bin'));
    },
  ],
  [
    'with a folder as weights.bin',
    'MODEL_INCOMPLETE',
    /weights\.bin is not a file/,
    (at) => {
      rmSync(join(at, 'weights.bin'));
      mkdirSync(join(at, 'weights.bin'));
    },
  ],
  [
    'with a byte of its weights changed',
    'MODEL_CHANGED',
    /weights\.bin is not the file/,
    (at) => {
      flipByte(join(at, 'weights.bin'), 1000);
    },
  ],
  [
    'with a byte of model.json changed',
    'MODEL_CHANGED',
    /model\.json is not the file/,
    (at) => {
      flipByte(join(at, 'model.json'), 5);
    },
  ],
  [
    'with a card that is not JSON',
    'MODEL_CARD_INVALID',
    /card\.json is not JSON/,
    (at) => {
      truncateSync(join(at, 'card.json'), 100);
    },
  ],
  [
    'with a card that lacks a field',
    'MODEL_CARD_INVALID',
    /card\.json: licence/,
    (at) => {
      writeFileSync(join(at, 'card.json'), JSON.stringify({ ...readCard(at), licence: undefined }));
    },
  ],
  [
    'with an id that would be a path',
    'MODEL_CARD_INVALID',
    /card\.json: id/,
    (at) => {
      writeFileSync(join(at, 'card.json'), JSON.stringify({ ...readCard(at), id: '../other' }));
    },
  ],
  [
    'with a card that does not list its weights',
    'MODEL_CARD_INVALID',
    /does not list weights\.bin/,
    (at) => {
      const card = readCard(at);
      const files = Object.fromEntries(Object.entries(card.files).filter(([name]) => name !== 'weights.bin'));
      writeFileSync(join(at, 'card.json'), JSON.stringify({ ...card, files }));
    },
  ],
  [
    'with a card of two megabytes',
    'MODEL_TOO_LARGE',
    /card\.json has 2097152 bytes/,
    (at) => {
      truncateSync(join(at, 'card.json'), 2 ** 21);
    },
  ],
  [
    'with a gigabyte of model.json',
    'MODEL_TOO_LARGE',
    /model\.json has/,
    (at) => {
      truncateSync(join(at, 'model.json'), 2 ** 30);
    },
  ],
  [
    'with a gigabyte of weights',
    'MODEL_TOO_LARGE',
    /weights\.bin has 1073741824 bytes/,
    (at) => {
      truncateSync(join(at, 'weights.bin'), 2 ** 30);
    },
  ],
  [
    'with a model.json that is no JSON',
    'MODEL_UNREADABLE',
    /model\.json is not JSON/,
    (at) => {
      replace(at, 'model.json', '{');
    },
  ],
  [
    'with a model.json that is null',
    'MODEL_UNREADABLE',
    /model\.json: /,
    (at) => {
      replace(at, 'model.json', 'null');
    },
  ],
  [
    'with weights outside of its folder',
    'MODEL_UNREADABLE',
    /one file, weights\.bin/,
    (at) => {
      editTopology(at, (_, group) => {
        group.paths = ['../intact/weights.bin'];
      });
    },
  ],
  [
    'with weights at an absolute path',
    'MODEL_UNREADABLE',
    /one file, weights\.bin/,
    (at) => {
      editTopology(at, (_, group) => {
        group.paths = ['/etc/hostname'];
      });
    },
  ],
  [
    'with two groups of weights',
    'MODEL_UNREADABLE',
    /one group of weights/,
    (at) => {
      editTopology(at, (json, { paths, weights }) => {
        json.weightsManifest = [
          { paths, weights: weights.slice(0, 3) },
          { paths, weights: weights.slice(3) },
        ];
      });
    },
  ],
  [
    'with quantised weights',
    'MODEL_UNREADABLE',
    /model\.json: weightsManifest\.0\.weights\.0\.quantization/,
    (at) => {
      editTopology(at, (_, group) => {
        firstWeight(group).quantization = { dtype: 'uint8', scale: 1, min: 0 };
      });
    },
  ],
  [
    'with weights of another type',
    'MODEL_UNREADABLE',
    /model\.json: weightsManifest\.0\.weights\.0\.dtype/,
    (at) => {
      editTopology(at, (_, group) => {
        firstWeight(group).dtype = 'string';
      });
    },
  ],
  [
    'with weights cut short',
    'MODEL_UNREADABLE',
    /describes \d+ bytes of weights, weights\.bin has \d+/,
    (at) => {
      replace(at, 'weights.bin', readFileSync(join(at, 'weights.bin')).subarray(0, -4));
    },
  ],
  [
    'with a weight of a terabyte',
    'MODEL_UNREADABLE',
    /describes \d+ bytes of weights/,
    (at) => {
      editTopology(at, (_, group) => {
        firstWeight(group).shape = [2 ** 20, 2 ** 20];
      });
    },
  ],
  [
    'with weights of no layer',
    'MODEL_UNREADABLE',
    /are not a tf\.LayersModel/,
    (at) => {
      editTopology(at, (_, group) => {
        firstWeight(group).name = 'unknown/kernel';
      });
    },
  ],
  [
    'with weights of another shape than their layer',
    'MODEL_UNREADABLE',
    /are not a tf\.LayersModel/,
    (at) => {
      editTopology(at, (_, group) => {
        firstWeight(group).shape.reverse();
      });
    },
  ],
  [
    'with a layer that tfjs does not know',
    'MODEL_UNREADABLE',
    /are not a tf\.LayersModel: Unknown layer: Lambda/,
    (at) => {
      editTopology(at, ({ modelTopology: { config } }) => {
        const last = config.layers.at(-1);
        if (last) last.class_name = 'Lambda';
      });
    },
  ],
  [
    'with another input size than its card says',
    'MODEL_SHAPE_MISMATCH',
    /maps \[null,16,16,3\] to \[null,7\], its card says \[null,32,32,3\]/,
    (at) => {
      const card = readCard(at);
      writeFileSync(
        join(at, 'card.json'),
        JSON.stringify({ ...card, input: { ...card.input, height: 32, width: 32 } }),
      );
    },
  ],
  [
    'with a weight that is no number',
    'MODEL_NOT_FINITE',
    /conv1\/kernel hold values that are not finite/,
    (at) => {
      editWeights(at, (values) => {
        values[0] = NaN;
      });
    },
  ],
  [
    'with an infinite weight',
    'MODEL_NOT_FINITE',
    /not finite/,
    (at) => {
      editWeights(at, (values) => {
        values[values.length - 1] = -Infinity;
      });
    },
  ],
];
