import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Session } from '../../../../shared/contract/app/session.ts';
import { useSession } from '../../api/queries.ts';
import { useCommands } from '../shell/commands.ts';
import { TopBar } from '../shell/TopBar.tsx';
import { Cases } from './Cases.tsx';
import { FacetPanel } from './FacetPanel.tsx';
import { NoImages } from './NoCases.tsx';
import { useKeepQueryAllowed } from './useLibraryQuery.ts';
import classes from './LibraryView.module.css';

/** The cases of the workspace: narrowed down, ordered, selected, opened. */
export function LibraryView() {
  const { data: session } = useSession();
  return session === undefined ? null : <Library session={session} />;
}

function Library({ session: { workspace } }: { session: Session }) {
  useKeepQueryAllowed();
  const { t } = useTranslation();
  const { importImages } = useCommands();
  if (workspace === null) return null;
  return (
    <div className={classes['view']}>
      <TopBar
        title={
          <>
            {t('library.title')}
            <span className={classes['workspace']}>
              {t('library.workspace', { name: workspace.name, count: workspace.cases })}
            </span>
          </>
        }
        actions={
          <Button variant="default" size="xs" onClick={importImages}>
            {t('library.importImages')}
          </Button>
        }
      />
      {workspace.cases === 0 ? (
        <NoImages />
      ) : (
        <div className={classes['body']}>
          <FacetPanel />
          <Cases />
        </div>
      )}
    </div>
  );
}
