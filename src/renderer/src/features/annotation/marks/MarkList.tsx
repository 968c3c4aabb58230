import { ActionIcon, TextInput } from '@mantine/core';
import { type KeyboardEvent, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ANNOTATION_LIMITS, type Shape } from '../../../../../shared/domain/annotation.ts';
import { Icon } from '../../../components/Icon.tsx';
import { useAnnotationDesk } from '../AnnotationProvider.tsx';
import { changeMark, removeMark } from '../answer/edits.ts';
import type { CaseDraft } from '../draft/caseDraft.ts';
import { actOfKey, markAfter, nextHandle } from './markKeys.ts';
import classes from './MarkList.module.css';
import { handlesOf } from './shapes.ts';
import { photographLength } from '../geometry.ts';

/** The marks on the photograph as a list: chosen, moved, changed in size, named and removed by keys. */
export function MarkList({ draft, marks }: { draft: CaseDraft; marks: readonly Shape[] }) {
  const { t } = useTranslation();
  const helpId = useId();
  const list = useRef<HTMLOListElement>(null);
  if (marks.length === 0) return null;
  const remove = (mark: Shape, index: number) => {
    draft.edit(removeMark(mark.id));
    // The focus goes to what takes the place of the one removed.
    requestAnimationFrame(() => {
      const rows = list.current?.querySelectorAll<HTMLElement>('[data-mark]');
      rows?.[Math.min(index, rows.length - 1)]?.focus();
    });
  };
  return (
    <section className={classes['marks']}>
      <h3 className={classes['heading']}>{t('annotation.marks', { count: marks.length })}</h3>
      <ol ref={list} className={classes['list']}>
        {marks.map((mark, index) => (
          <Row
            key={mark.id}
            draft={draft}
            mark={mark}
            number={index + 1}
            helpId={helpId}
            onRemove={() => {
              remove(mark, index);
            }}
          />
        ))}
      </ol>
      <p id={helpId} className={classes['help']}>
        {t('annotation.marksHelp')}
      </p>
      {marks.length >= ANNOTATION_LIMITS.shapes && (
        <p role="status" className={classes['help']}>
          {t('annotation.mostMarks', { count: ANNOTATION_LIMITS.shapes })}
        </p>
      )}
    </section>
  );
}

interface RowProps {
  readonly draft: CaseDraft;
  readonly mark: Shape;
  /** As it stands beside the mark on the photograph. */
  readonly number: number;
  readonly helpId: string;
  readonly onRemove: () => void;
}

function Row({ draft, mark, number, helpId, onRemove }: RowProps) {
  const { t } = useTranslation();
  const { selection, select } = useAnnotationDesk();
  const onKeyDown = useMarkKeys({ draft, mark, onRemove });
  const isSelected = selection?.id === mark.id;
  const handle = isSelected ? selection.handle : null;
  const name = t('annotation.markName', { number, kind: t(`annotation.kind.${mark.kind}`) });
  return (
    <li className={classes['row']}>
      <button
        type="button"
        data-mark
        className={classes['mark']}
        aria-current={isSelected}
        aria-describedby={helpId}
        onKeyDown={onKeyDown}
        onFocus={() => {
          if (!isSelected) select({ id: mark.id, handle: null });
        }}
      >
        <Icon name={mark.kind} size={14} />
        {handle === null
          ? name
          : t('annotation.handleName', { name, number: handle + 1, count: handlesOf(mark).length })}
      </button>
      <TextInput
        size="xs"
        className={classes['label'] ?? ''}
        aria-label={t('annotation.labelOf', { name })}
        placeholder={t('annotation.label')}
        maxLength={ANNOTATION_LIMITS.labelCharacters}
        value={mark.label}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
        onFocus={() => {
          select({ id: mark.id, handle: null });
        }}
        onChange={(event) => {
          draft.edit(changeMark({ ...mark, label: event.currentTarget.value }), `label ${mark.id}`);
        }}
        onBlur={() => {
          draft.rest();
        }}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={t('annotation.removeMark', { name })}
        title={t('annotation.removeMark', { name })}
        onClick={onRemove}
      >
        <Icon name="remove" size={14} />
      </ActionIcon>
    </li>
  );
}

/** CSS pixels that a key moves a mark, coarsely and finely. */
const STEP = { coarse: 10, fine: 1 } as const;

function useMarkKeys({ draft, mark, onRemove }: Pick<RowProps, 'draft' | 'mark' | 'onRemove'>) {
  const { view, selection, select, geometry } = useAnnotationDesk();
  const handle = selection?.id === mark.id ? selection.handle : null;
  return (event: KeyboardEvent) => {
    const act = actOfKey(event);
    if (act === null) return;
    event.preventDefault();
    // The same keys move epsilon and zoom the photograph.
    event.stopPropagation();
    if (act.kind === 'remove') {
      onRemove();
      return;
    }
    if (act.kind === 'handle') {
      select({ id: mark.id, handle: nextHandle(mark, handle, act.by) });
      return;
    }
    const cssPixels = event.shiftKey ? STEP.fine : STEP.coarse;
    const step = geometry.current === null ? cssPixels : photographLength(geometry.current, cssPixels);
    select({ id: mark.id, handle });
    draft.edit(changeMark(markAfter(mark, act, { step, handle, photograph: view.image })), `move ${mark.id}`);
  };
}
