import type { Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { SquareAttack } from '../../../shared/domain/attack.ts';
import type { Classifier } from '../models/classifier.ts';
import type { RandomStream } from '../randomness.ts';
import type { CleanImages } from './cleanImages.ts';
import { succeeds } from './criteria.ts';
import { logitsAndLosses } from './gradient.ts';
import { verdictOf, type Logits } from './judgement.ts';
import type { Lane, Method } from './lanes.ts';
import { NORM_FAMILIES } from './norms.ts';
import { chooseRows, type Rows } from './rows.ts';
import { drawPlace, drawShape, drawSigns, drawStart, sideAt, type Place, type Size } from './squares.ts';
import { drawnStarts, type Streams } from './starts.ts';
import { ballsOf, perturbed, readResults, type Balls } from './trials.ts';

interface SquareRows extends Balls, Rows {
  /** The input that the model is shown next. */
  readonly candidate: Tensor4D;
  /** The input of the largest margin loss so far. */
  readonly best: Tensor4D;
}

interface Memory {
  /** Inputs shown to the model so far. */
  readonly queries: number;
  readonly best: number;
  readonly bestLogits: Logits;
}

/** A change of `best` for every lane, drawn from its own stream; undefined for padding and for lanes that ended. */
type Draws = readonly ({ readonly stream: RandomStream; readonly side: number } | undefined)[];

/** One where the square lies: the outer product of its rows and its columns, `[n, height, width, 1]`. */
function squareMask(places: readonly ((Place & { readonly side: number }) | undefined)[], size: Size): Tensor4D {
  const rows = new Float32Array(places.length * size.height);
  const columns = new Float32Array(places.length * size.width);
  places.forEach((place, lane) => {
    if (!place) return;
    const [row, column] = [lane * size.height + place.row, lane * size.width + place.column];
    rows.fill(1, row, row + place.side);
    columns.fill(1, column, column + place.side);
  });
  return tf.mul(
    tf.tensor4d(rows, [places.length, size.height, 1, 1]),
    tf.tensor4d(columns, [places.length, 1, size.width, 1]),
  );
}

const signColumn = (signs: readonly (readonly number[] | undefined)[]): Tensor4D =>
  tf.tensor4d(Float32Array.from(signs.flatMap((own) => own ?? [0, 0, 0])), [signs.length, 1, 1, 3]);

/** L-inf (algorithm 2): a square of one colour at plus or minus epsilon. */
function linfCandidates(rows: SquareRows, draws: Draws, size: Size): Tensor4D {
  const places = draws.map((draw) => draw && { ...drawPlace(draw.stream, draw.side, size), side: draw.side });
  const colours = tf.mul(signColumn(draws.map((draw) => draw && drawSigns(draw.stream))), tf.mul(rows.epsilon, 2));
  const change = tf.mul<Tensor4D>(squareMask(places, size), colours);
  return perturbed(NORM_FAMILIES.linf, rows, tf.sub(tf.add(rows.best, change), rows.clean));
}

/** Keeps the division by the length of an untouched window finite; far below any length that matters. */
const TINY_LENGTH = 1e-12;

/**
 * L2 (algorithm 3): the perturbation's mass in a second square moves into the first one, as a random shape added to the
 * direction there, together with what the ball leaves unused.
 */
function l2Candidates(rows: SquareRows, draws: Draws, size: Size): Tensor4D {
  const from = draws.map((draw) => draw && { ...drawPlace(draw.stream, draw.side, size), side: draw.side });
  const into = draws.map((draw) => draw && { ...drawPlace(draw.stream, draw.side, size), side: draw.side });
  const shapes = new Float32Array(draws.length * size.height * size.width);
  draws.forEach((draw, lane) => {
    const place = into[lane];
    if (!draw || !place) return;
    const { side } = draw;
    const shape = drawShape(draw.stream, side);
    for (let row = 0; row < side; row += 1) {
      const at = (lane * size.height + place.row + row) * size.width + place.column;
      shapes.set(shape.subarray(row * side, (row + 1) * side), at);
    }
  });
  const signs = signColumn(draws.map((draw) => draw && drawSigns(draw.stream)));
  const [intoMask, fromMask] = [squareMask(into, size), squareMask(from, size)];
  const either = tf.maximum<Tensor4D>(intoMask, fromMask);
  const perturbation = tf.sub<Tensor4D>(rows.best, rows.clean);
  const direction = perChannelUnit(tf.mul(perturbation, intoMask));
  const shape = tf.tensor4d(shapes, [draws.length, size.height, size.width, 1]);
  const fresh = perChannelUnit(tf.add(tf.mul<Tensor4D>(shape, signs), direction));
  const unused = tf.relu(tf.sub(tf.square(rows.epsilon), squaredLength(perturbation, [1, 2, 3])));
  const available = tf.add(squaredLength(tf.mul(perturbation, either), [1, 2]), tf.div(unused, 3));
  const next = tf.add<Tensor4D>(tf.mul(perturbation, tf.sub(1, either)), tf.mul(fresh, tf.sqrt(available)));
  const { normalize } = NORM_FAMILIES.l2;
  return perturbed(NORM_FAMILIES.l2, rows, tf.mul(normalize(next), rows.epsilon));
}

const squaredLength = (tensor: Tensor4D, axes: number[]): Tensor4D => tf.sum(tf.square(tensor), axes, true);

const perChannelUnit = (tensor: Tensor4D): Tensor4D =>
  tf.div(tensor, tf.maximum(tf.sqrt(squaredLength(tensor, [1, 2])), TINY_LENGTH));

/**
 * Square Attack (Andriushchenko et al. 2020): random search on the logit margin. A candidate is kept where it raises the margin
 * of the classes to reach over those to leave. Forward passes only, `queries` of them at most. A trial that fails ends
 * at its best input.
 */
export function square(
  { tensor }: CleanImages,
  attack: SquareAttack,
  streams: Streams,
  classifier: Classifier,
): Method<Memory, SquareRows> {
  const size: Size = classifier;
  const start = drawnStarts(attack, streams, (stream) => drawStart[attack.norm](stream, size));
  const candidates = attack.norm === 'linf' ? linfCandidates : l2Candidates;

  const judged = (lanes: readonly Lane<Memory>[], candidate: Tensor4D) => {
    const objectives = lanes.map(({ trial }) => trial.objective);
    const { logits, losses } = logitsAndLosses(classifier, candidate, objectives, 'margin');
    return lanes.map(({ trial, memory }, row) => {
      const own = logits[row] ?? new Float32Array();
      const loss = losses[row] ?? Number.NaN;
      const success = succeeds(trial.objective, verdictOf(own));
      const accepted = success || loss > memory.best;
      const queries = memory.queries + 1;
      const next = accepted ? { queries, best: loss, bestLogits: own.slice() } : { ...memory, queries };
      return { trial, accepted, success, memory: next, ended: success || queries >= attack.queries };
    });
  };

  return {
    begin: () => ({ queries: 0, best: Number.NEGATIVE_INFINITY, bestLogits: new Float32Array() }),
    start: (trials) => {
      const balls = ballsOf(tensor, trials);
      const candidate = start(trials, balls);
      return { ...balls, candidate, best: candidate };
    },
    step: (lanes, rows) => {
      const seen = judged(lanes, rows.candidate);
      const best = chooseRows(
        rows.candidate,
        rows.best,
        seen.map(({ accepted }) => accepted),
      );
      const results = readResults(
        best,
        seen.map(({ ended, success, memory }) => (ended ? { success, logits: memory.bestLogits } : undefined)),
      );
      const after = seen.map(({ memory }, row) => {
        const result = results[row];
        return result ? { result } : { memory };
      });
      if (seen.every(({ ended }) => ended)) return { rows: { ...rows, best }, lanes: after };
      const draws = Array.from({ length: best.shape[0] }, (_, row) => {
        const own = seen[row];
        if (!own || own.ended) return undefined;
        const { queries } = own.memory;
        return { stream: streams(own.trial, queries), side: sideAt(queries, attack, size) };
      });
      return { rows: { ...rows, best, candidate: candidates({ ...rows, best }, draws, size) }, lanes: after };
    },
  };
}
