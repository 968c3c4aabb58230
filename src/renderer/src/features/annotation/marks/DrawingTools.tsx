import { useTranslation } from 'react-i18next';
import type { Action } from '../../../../../shared/domain/shortcut.ts';
import { Icon } from '../../../components/Icon.tsx';
import { useAnnotationDesk, useDraftState } from '../AnnotationProvider.tsx';
import { hasRoomForMarks } from '../answer/edits.ts';
import classes from './DrawingTools.module.css';
import { SHAPE_KINDS, type ShapeKind } from './shapes.ts';
import { useNameWithKey } from '../panel/Choice.tsx';

/** Whose key takes which tool. */
export const TOOL_ACTIONS: Readonly<Record<ShapeKind, Action>> = {
  point: 'drawPoint',
  ellipse: 'drawEllipse',
  polygon: 'drawPolygon',
  freehand: 'drawFreehand',
};

/** The tools to mark the photograph with; a tool taken is put away by the same button. */
export function DrawingTools() {
  const { t } = useTranslation();
  return (
    <div role="group" aria-label={t('annotation.draw')} className={classes['tools']}>
      {SHAPE_KINDS.map((kind) => (
        <ToolButton key={kind} kind={kind} />
      ))}
    </div>
  );
}

function ToolButton({ kind }: { kind: ShapeKind }) {
  const { t } = useTranslation();
  const { tool, takeTool } = useAnnotationDesk();
  const state = useDraftState();
  const name = t(`annotation.drawKind.${kind}`);
  const title = useNameWithKey(name, TOOL_ACTIONS[kind]);
  const isTaken = tool === kind;
  const isPossible = state !== null && (isTaken || hasRoomForMarks(state.answer));
  return (
    <button
      type="button"
      className={classes['tool']}
      aria-pressed={isTaken}
      aria-label={name}
      disabled={!isPossible}
      title={state === null ? t('annotation.who.question') : title}
      onClick={() => {
        takeTool(isTaken ? null : kind);
      }}
    >
      <Icon name={kind} size={16} />
    </button>
  );
}
