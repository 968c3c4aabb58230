import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  type RefObject,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import type { ApiClient } from '../../../../shared/contract/api.ts';
import type { CurrentAnnotation } from '../../../../shared/contract/app/annotations.ts';
import type { CaseView } from '../../../../shared/contract/app/cases.ts';
import { useApi } from '../../api/connection.ts';
import { caseViewKey } from '../../api/keys.ts';
import { CaseDraft, type DraftState } from './draft/caseDraft.ts';
import { draftOf, show, unsavedDrafts } from './draft/caseDrafts.ts';
import type { PhotographGeometry } from './geometry.ts';
import type { ShapeKind } from './marks/shapes.ts';

/** The mark that is chosen, and which of its handles the arrow keys move; null: the whole mark. */
export interface Selection {
  readonly id: string;
  /** Position in `handlesOf`. */
  readonly handle: number | null;
}

/** What is in the reviewer's hand on the photograph. */
interface Drawing {
  /** Null: none, the marks themselves can be taken. */
  readonly tool: ShapeKind | null;
  readonly takeTool: (tool: ShapeKind | null) => void;
  readonly selection: Selection | null;
  readonly select: (selection: Selection | null) => void;
  /** How the photograph lies on the screen; null while it is not shown. */
  readonly geometry: RefObject<PhotographGeometry | null>;
}

interface AnnotationDesk extends Drawing {
  readonly view: CaseView;
  /** Null: nobody is chosen who could answer. */
  readonly draft: CaseDraft | null;
}

const DeskContext = createContext<AnnotationDesk | null>(null);

/** Holds what the reviewer at work says of a case while it is shown; stands around the whole view of the case. */
export function AnnotationProvider({ view, children }: { view: CaseView; children: ReactNode }) {
  const draft = useCaseDraft(view);
  const drawing = useDrawing(view.caseId);
  useEffect(() => {
    // For good, and once however often: an answer may be on its way to the disk after its case has left the screen.
    window.addEventListener('beforeunload', keepPageWhileUnsaved);
  }, []);
  const desk = useMemo(() => ({ view, draft, ...drawing }), [view, draft, drawing]);
  return <DeskContext value={desk}>{children}</DeskContext>;
}

/** The case being annotated, and the drawing on its photograph. */
export function useAnnotationDesk(): AnnotationDesk {
  const desk = useContext(DeskContext);
  if (desk === null) throw new Error('This component stands outside of AnnotationProvider.');
  return desk;
}

/** What the draft says now; null where nobody is chosen who could answer. */
export function useDraftState(): DraftState | null {
  const { draft } = useAnnotationDesk();
  return useSyncExternalStore(draft?.subscribe ?? nothingHappens, draft?.state ?? nobodyAnswers);
}

const nothingHappens = () => () => undefined;
const nobodyAnswers = () => null;

function keepPageWhileUnsaved(event: BeforeUnloadEvent): void {
  for (const draft of unsavedDrafts()) {
    void draft.flush();
    event.preventDefault();
  }
}

function useCaseDraft({ caseId, annotation }: CaseView): CaseDraft | null {
  const api = useApi();
  const queries = useQueryClient();
  const { reviewerId } = annotation;
  const draft = useMemo(() => {
    if (reviewerId === null) return null;
    const whose = { caseId, reviewerId };
    return draftOf(whose, () => new CaseDraft({ ...whose, current: annotation, ...kept(api, queries, whose) }));
    // The answer as it was when the draft began; later ones are told to it below.
  }, [api, queries, caseId, reviewerId]);
  useEffect(() => (draft === null ? undefined : show(draft)), [draft]);
  useEffect(() => {
    draft?.meet(annotation);
  }, [draft, annotation]);
  return draft;
}

/** Where a draft is kept: in the program, of whose answers the page holds a copy. */
function kept(api: ApiClient, queries: QueryClient, whose: Pick<CaseDraft, 'caseId' | 'reviewerId'>) {
  const { caseId, reviewerId } = whose;
  return {
    store: {
      save: (base: number, content: CurrentAnnotation['content']) => api.annotations.save({ ...whose, base, content }),
      current: async () => {
        const { annotation } = await api.cases.open({ caseId });
        if (annotation.reviewerId !== reviewerId) throw new Error('Another reviewer is at work by now.');
        return annotation;
      },
    },
    onAcknowledged: (current: CurrentAnnotation) => {
      const key = caseViewKey(caseId);
      const view = queries.getQueryData<CaseView>(key);
      if (view?.annotation.reviewerId !== current.reviewerId) return;
      queries.setQueryData<CaseView>(key, { ...view, annotation: current });
      // The first answer of a blind reading opens what was withheld.
      const opens = view.unblinded === null && current.content.reading !== null;
      if (opens) void queries.invalidateQueries({ queryKey: key });
    },
  };
}

function useDrawing(caseId: string): Drawing {
  const [tool, takeTool] = useState<ShapeKind | null>(null);
  const [selection, select] = useState<Selection | null>(null);
  const geometry = useRef<PhotographGeometry | null>(null);
  useEffect(
    () => () => {
      takeTool(null);
      select(null);
    },
    [caseId],
  );
  return useMemo(() => ({ tool, takeTool, selection, select, geometry }), [tool, selection]);
}
