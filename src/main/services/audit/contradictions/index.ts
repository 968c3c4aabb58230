/** What an audit says twice, or what follows from its plan, and does not agree. */
export { ofCases } from './ofCases.ts';
export { ofSample } from './ofSample.ts';
export { ofWords, ofWork } from './ofWork.ts';
