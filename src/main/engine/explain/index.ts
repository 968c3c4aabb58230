/** Where in an input a verdict, or the change of one, comes from. None of these maps is a clinical explanation. */
export { runExplain } from './explain.ts';
