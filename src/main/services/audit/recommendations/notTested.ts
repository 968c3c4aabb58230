import { anyCheckRan } from '../../../../shared/contract/auditChecks.ts';
import { listed } from '../../../../shared/kernel/listed.ts';
import { CHECK_IDS, type CheckStatus, type Recommendation } from '../../../../shared/contract/auditFindings.ts';
import { CHECK_TITLES } from '../../../../shared/domain/check.ts';
import { formatEpsilon } from '../../../../shared/domain/epsilon.ts';
import type { RecommendationSource } from './source.ts';

/** What the audit says nothing about: what it left out, what its checks could not judge, and what it never tries. */
export function notTested(source: RecommendationSource): Recommendation[] {
  const left = leftOut(source);
  const texts = [
    ...(left.length === 0 ? [] : [`Not run here, so that nothing is known of it: ${listed(left)}.`]),
    ...undecidedChecks(source, 'NOT INFORMATIVE', 'could tell nothing'),
    ...undecidedChecks(source, 'NOT RUN', 'were not run'),
    limits(source),
  ];
  return texts.map((text) => ({ kind: 'not-tested', text, evidence: [] }));
}

function leftOut({ attacks, findings, results }: RecommendationSource): string[] {
  const ran = new Set(attacks.map(({ id }) => id));
  const parts: [boolean, string][] = [
    [results.some(({ attack }) => attack === 'worst-case'), 'the worst case of several attacks'],
    [ran.has('square'), 'an attack that sees no gradient (Square)'],
    [anyCheckRan({ findings }), 'sanity checks for gradient masking'],
    [findings.transfer.length > 0, 'attacks made on one model and shown to another'],
    [findings.corruptions.length > 0, 'common corruptions such as blur, hair or a colour cast'],
    [findings.certificates.length > 0, 'a certificate by randomized smoothing'],
  ];
  return parts.flatMap(([done, what]) => (done ? [] : [what]));
}

/** Silent where no check ran at all: that is told once, above. */
function undecidedChecks({ models, findings }: RecommendationSource, wanted: CheckStatus, what: string): string[] {
  if (!anyCheckRan({ findings })) return [];
  const modelsByChecks = new Map<string, string[]>();
  for (const { id } of models) {
    const checks = findings.sanityChecks.filter(({ modelId, status }) => modelId === id && status === wanted);
    if (checks.length === 0) continue;
    const every = checks.length === CHECK_IDS.length;
    const named = every ? 'all ten' : listed(checks.map(({ check }) => `"${CHECK_TITLES[check]}"`));
    modelsByChecks.set(named, [...(modelsByChecks.get(named) ?? []), id]);
  }
  const groups = [...modelsByChecks].map(([checks, ids]) => `of ${listed(ids)} ${checks}`);
  return groups.length === 0 ? [] : [`Sanity checks that ${what}: ${groups.join('; ')}.`];
}

function limits({ epsilons, results, findings }: RecommendationSource): string {
  const largest = formatEpsilon(Math.max(0, ...epsilons));
  const small =
    results[0]?.norm === 'l2'
      ? `changes of the model input whose L2 norm is at most ${largest} of the value range`
      : `changes of at most ${largest} to each value of the model input`;
  const corruptions = findings.corruptions.length > 0 ? ', beyond the common corruptions of this report' : '';
  return (
    `Never tested: attacks other than ${small}; changes made to the lesion or to the photograph itself${corruptions}; ` +
    'attacks designed against one particular model; other clinics and cameras; skin tones, which are not known of these ' +
    'images.'
  );
}
