import { useTranslation } from 'react-i18next';
import { useSession } from '../../api/queries.ts';
import { useNavigation } from '../../app/navigation.tsx';
import { Failure } from '../../components/Failure.tsx';
import { Waiting } from '../../components/Waiting.tsx';
import { LibraryView } from '../library/LibraryView.tsx';
import { ModelsView } from '../models/ModelsView.tsx';
import { CaseView } from '../review/CaseView.tsx';
import { SettingsView } from '../settings/SettingsView.tsx';
import type { WorkspaceWish } from './changes.ts';
import { WhoReads } from './WhoReads.tsx';
import { Welcome } from './Welcome.tsx';
import classes from './Shell.module.css';

interface CurrentViewProps {
  readonly opening: WorkspaceWish | null;
  readonly onOpen: (wish: WorkspaceWish) => void;
}

/** The view of the place where the person is; without a workspace, those that need one make way for the welcome. */
export function CurrentView({ opening, onOpen }: CurrentViewProps) {
  const { t } = useTranslation();
  const { place } = useNavigation();
  const session = useSession();
  if (place.view === 'settings') return <SettingsView section={place.section ?? 'appearance'} />;
  if (place.view === 'models') return <ModelsView />;
  if (session.isPending) {
    return (
      <div className={classes['waiting']}>
        <Waiting label={t('shell.loading')} lines={8} />
      </div>
    );
  }
  if (session.isError) {
    return (
      <div className={classes['waiting']}>
        <Failure error={session.error} onRetry={() => void session.refetch()} />
      </div>
    );
  }
  const { workspace } = session.data;
  if (workspace === null) return <Welcome opening={opening} onOpen={onOpen} />;
  if (place.view === 'case') return <CaseView caseId={place.caseId} />;
  return (
    <>
      <WhoReads />
      <LibraryView key={workspace.id} />
    </>
  );
}
