/** One case under attack: what an attack makes of a model's verdict, and where in the input it takes effect. */
export { ArrayStore } from './arrays.ts';
export type { ExamineControl, ExamineDependencies } from './dependencies.ts';
export { examine, type ExamineInput } from './examine.ts';
export { explainCase, type ExplainInput } from './explainCase.ts';
export { provenanceOf, SEED } from './provenance.ts';
