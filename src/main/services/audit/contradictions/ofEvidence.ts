import type { CaseEvidence } from '../../../../shared/contract/auditEvidence.ts';
import type { Smoothing } from '../../../../shared/contract/engine.ts';
import { CORRUPTIONS, SEVERITIES } from '../../../../shared/domain/corruption.ts';
import { largestCertifiedRadius } from '../../../engine/evidence/bounds.ts';
import { verdictAt } from '../figures/source.ts';
import { isMostProbable, isPlanned, type About } from './about.ts';
import { isNear, sumOf, type Contradiction } from './contradiction.ts';

type RunToTheEnd = NonNullable<CaseEvidence['runToTheEnd']>;
type Corrupted = NonNullable<CaseEvidence['corrupted']>;
type Certificate = NonNullable<CaseEvidence['certificate']>;

/** Final scores, corruptions and certificate: there exactly where the plan has them. */
export function ofEvidence(about: About): Contradiction[] {
  const { runToTheEnd, corrupted, certificate } = about.entry.evidence;
  return [
    ...presence('run to the end', runToTheEnd !== null, isPlanned(about, 'runToTheEnd')),
    ...presence('verdict on corruptions', corrupted !== null, isPlanned(about, 'corruption')),
    ...presence('certificate', certificate !== null, isPlanned(about, 'certificate')),
    ...(runToTheEnd === null ? [] : ofRunToTheEnd(about, runToTheEnd)),
    ...(corrupted === null ? [] : ofCorrupted(corrupted)),
    ...(certificate === null ? [] : ofCertificate(certificate, about.plan.work.smoothing)),
  ];
}

export const presence = (what: string, isThere: boolean, isWanted: boolean): Contradiction[] => [
  [`it has no ${what}`, isWanted && !isThere],
  [`it has a ${what}, which was not to be run on it`, isThere && !isWanted],
];

function ofRunToTheEnd({ content, entry, judges }: About, { probabilities, judgedBy }: RunToTheEnd): Contradiction[] {
  const own = judgedBy[entry.modelId];
  return [
    [
      'its run to the end was not judged by every model of equal input, and no other',
      Object.keys(judgedBy).sort().join() !== judges.toSorted().join(),
    ],
    [
      'its run to the end is of other epsilons',
      [probabilities, ...Object.values(judgedBy)].some(({ length }) => length !== content.epsilons.length),
    ],
    ['its last probabilities do not sum to one', probabilities.some((row) => !isNear(sumOf(row), 1))],
    [
      'its last verdict is not the most probable one',
      own !== undefined && probabilities.some((row, at) => !isMostProbable(verdictAt(own, at), row)),
    ],
  ];
}

const ofCorrupted = (corrupted: Corrupted): Contradiction[] => [
  ['its corruptions are not those of an audit', Object.keys(corrupted).sort().join() !== CORRUPTIONS.toSorted().join()],
  ['a corruption is of other severities', Object.values(corrupted).some(({ length }) => length !== SEVERITIES.length)],
];

const ofCertificate = ({ verdict, radius }: Certificate, smoothing: Smoothing | null): Contradiction[] => [
  ['its certificate abstains and has a radius, or neither', (verdict === null) !== (radius === 0)],
  [
    'its certificate reaches further than its draws can show',
    smoothing !== null && radius > largestCertifiedRadius(smoothing),
  ],
];
