/** What is made of stored originals: pictures for the page, inputs for the models. */
export { ModelInputs, type InputDescription } from './modelInputs.ts';
export { Pictures, type Picture, type ShownPhotograph } from './pictures.ts';
