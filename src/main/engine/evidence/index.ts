/** What an audit asks of a model beyond the headline attacks: final scores and transfer, sanity probes, certificates. */
export { runCertify } from './certify.ts';
export { withInputs } from './inputs.ts';
export { runProbe } from './probe.ts';
export { runToTheEnd } from './runToTheEnd.ts';
