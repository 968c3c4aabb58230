import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { assertNever } from '../../../../shared/kernel/assertNever.ts';
import { useSession, useWork } from '../../api/queries.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { BegunStep } from './BegunStep.tsx';
import { PreviewStep } from './PreviewStep.tsx';
import { SendingStep, UnsentStep, WaitingStep } from './SendingStep.tsx';
import { SourceStep } from './SourceStep.tsx';
import { takesFiles } from './steps.ts';
import { useImport } from './useImport.ts';
import type { DroppedFiles } from './useWindowDrop.ts';

interface ImportDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** What was dropped onto the window; null: nothing was. */
  readonly dropped?: DroppedFiles | null;
}

/** Images into the workspace: chosen, looked at, imported. What was begun goes on while the dialog is closed. */
export function ImportDialog(props: ImportDialogProps) {
  const { data: session } = useSession();
  // What was chosen for one workspace is not imported into another.
  return <Import key={session?.workspace?.id} {...props} />;
}

function Import({ opened, onClose, dropped = null }: ImportDialogProps) {
  const { t } = useTranslation();
  const flow = useImport();
  const { step } = flow;
  const works = useWork().data ?? [];
  const running = works.find(({ kind, state }) => kind === 'import' && state === 'running')?.id;
  const importRuns = step.kind === 'begun' && works.find(({ id }) => id === step.work)?.state === 'running';
  useTakeDropped(flow, dropped, importRuns);
  useAdopted(flow, opened ? running : undefined);
  const close = () => {
    if (step.kind === 'begun' && !importRuns) flow.toSource();
    onClose();
  };
  return (
    <Dialog opened={opened} onClose={close} title={t('importing.title')} size={760}>
      <CurrentStep flow={flow} onClose={close} />
    </Dialog>
  );
}

type Flow = ReturnType<typeof useImport>;

interface CurrentStepProps {
  readonly flow: Flow;
  readonly onClose: () => void;
}

function CurrentStep({ flow, onClose }: CurrentStepProps) {
  const { t } = useTranslation();
  const { step } = flow;
  switch (step.kind) {
    case 'source':
      return <SourceStep problem={step.problem} onFolder={flow.chooseFolder} onFiles={flow.takeFiles} />;
    case 'collecting':
      return <WaitingStep text={t('importing.collecting', { count: step.files })} onCancel={flow.toSource} />;
    case 'sending':
      return <SendingStep progress={step.progress} onCancel={flow.toSource} />;
    case 'unsent':
      return (
        <UnsentStep
          {...step}
          onTryAgain={() => {
            flow.sendAgain(step.sending, step.unsent);
          }}
          onLeaveOut={() => {
            flow.leaveOut(step.sending, step.unsent);
          }}
          onCancel={flow.toSource}
        />
      );
    case 'asking':
      return <WaitingStep text={t('importing.asking')} onCancel={flow.toSource} />;
    case 'preview':
      return (
        <PreviewStep
          {...step}
          onLabels={(labels) => {
            flow.readLabels(step, labels);
          }}
          onBegin={() => {
            flow.begin(step);
          }}
          onBack={flow.toSource}
        />
      );
    case 'begun':
      return <BegunStep workId={step.work} onClose={onClose} onMore={flow.toSource} />;
    default:
      return assertNever(step);
  }
}

/** Looks at each drop once; where something is under way, that is shown and goes on. */
function useTakeDropped(flow: Flow, dropped: DroppedFiles | null, importRuns: boolean): void {
  const seen = useRef<DroppedFiles | null>(null);
  useEffect(() => {
    if (dropped === null || dropped === seen.current) return;
    seen.current = dropped;
    if (takesFiles(flow.step, importRuns)) flow.takeDropped(dropped);
  }, [flow, dropped, importRuns]);
}

/** An import that runs already is shown in place of the choice of a source: one runs at a time. */
function useAdopted(flow: Flow, running: string | undefined): void {
  useEffect(() => {
    if (running !== undefined && flow.step.kind === 'source') flow.adopt(running);
  }, [running, flow]);
}
