import { useTranslation } from 'react-i18next';
import { EngineStatus } from './EngineStatus.tsx';
import { PairStatus } from './PairStatus.tsx';
import { WorkStatus } from './WorkStatus.tsx';
import { WorkspaceStatus } from './WorkspaceStatus.tsx';
import classes from './StatusBar.module.css';

/** What every figure on the page rests on: engine, models, workspace; what is under way; what the program is for. */
export function StatusBar() {
  const { t } = useTranslation();
  return (
    <footer className={classes['bar']}>
      <EngineStatus />
      <PairStatus />
      <WorkStatus />
      <span className={classes['space']} />
      <WorkspaceStatus />
      <span className={classes['purpose']}>{t('intendedUse')}</span>
    </footer>
  );
}
