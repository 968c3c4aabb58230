/** First parts of the keys under which React Query keeps answers; news make all below a key be asked again. */
export const keys = {
  session: ['session'],
  recent: ['session', 'recent'],
  reviewers: ['session', 'reviewers'],
  library: ['library'],
  cases: ['cases'],
  /** What attacks did to a case: an answer means that the engine runs. */
  examinations: ['examinations'],
  work: ['work', 'list'],
  screening: ['work', 'screening'],
  models: ['models'],
  settings: ['settings'],
  about: ['about'],
  host: ['host'],
  engine: ['engine'],
} as const;

/** The answer of cases.open. */
export const caseViewKey = (caseId: string) => [...keys.cases, 'view', caseId] as const;
