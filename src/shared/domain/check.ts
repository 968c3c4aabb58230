/** The ten sanity checks (Carlini et al. 2019, arXiv 1902.06705), as people read them: what a trustworthy figure does. */
export const CHECK_TITLES = {
  'pgd-at-least-fgsm': 'PGD is at least as strong as FGSM',
  'larger-epsilon-not-weaker': 'a larger epsilon is no weaker',
  'unbounded-attack-reaches-zero': 'an unbounded attack leaves nothing',
  'more-iterations-add-little': 'more steps and restarts add little',
  'black-box-not-stronger': 'a black-box attack is not stronger',
  'transfer-not-stronger': 'transferred attacks are not stronger',
  'noise-weaker-than-attack': 'noise is weaker than the attack',
  'gradients-informative': 'gradients are finite and not zero',
  'loss-not-saturated': 'the loss is not saturated',
  repeatable: 'the same batch twice gives the same bits',
} as const;

const ALL = Object.keys(CHECK_TITLES).length;

/** What the checks of a model say together, `PASS, 7 of 10 run`: of one that was not run nobody knows that it would pass. */
export const checksInWords = ({
  checks,
  checksRun,
}: {
  readonly checks: string;
  readonly checksRun: number;
}): string => (checksRun === 0 || checksRun === ALL ? checks : `${checks}, ${checksRun} of ${ALL} run`);
