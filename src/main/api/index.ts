/** Answers the contract's questions by calling the services. Knows no transport and no host. */
import { annotationsAnswers, type AnnotationsParts } from './groups/annotations.ts';
import { casesAnswers, type CasesParts } from './groups/cases.ts';
import { importingAnswers, type ImportingParts } from './groups/importing.ts';
import { libraryAnswers, type LibraryParts } from './groups/library.ts';
import { modelsAnswers, type ModelsParts } from './groups/models.ts';
import { programAnswers, type ProgramParts } from './groups/program.ts';
import { sessionAnswers, type SessionParts } from './groups/session.ts';
import { workAnswers, type WorkParts } from './groups/work.ts';
import { answering } from './router.ts';

/** The services behind each group of questions. */
export interface ApiParts {
  readonly program: ProgramParts;
  readonly session: SessionParts;
  readonly library: LibraryParts;
  readonly cases: CasesParts;
  readonly annotations: AnnotationsParts;
  readonly importing: ImportingParts;
  readonly work: WorkParts;
  readonly models: ModelsParts;
}

export type Api = ReturnType<typeof createApi>;

/** The router of the contract; every error reaches the page as a WireError. */
export function createApi(parts: ApiParts) {
  const api = answering((reason) => {
    parts.program.news.tell({ kind: 'workspaceLost', reason });
  });
  return api.router({
    program: programAnswers(api, parts.program),
    session: sessionAnswers(api, parts.session),
    library: libraryAnswers(api, parts.library),
    cases: casesAnswers(api, parts.cases),
    annotations: annotationsAnswers(api, parts.annotations),
    importing: importingAnswers(api, parts.importing),
    work: workAnswers(api, parts.work),
    models: modelsAnswers(api, parts.models),
  });
}
