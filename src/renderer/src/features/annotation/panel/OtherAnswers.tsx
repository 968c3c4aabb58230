import { useTranslation } from 'react-i18next';
import type { OtherAnswer } from '../../../../../shared/contract/app/annotations.ts';
import classes from './AnnotationPanel.module.css';
import { useAnswerWords } from './useAnswerWords.ts';

/** What the other reviewers say of the case. */
export function OtherAnswers({ others }: { others: readonly OtherAnswer[] }) {
  const { t } = useTranslation();
  if (others.length === 0) return null;
  return (
    <section className={classes['more']}>
      <h3 className={classes['heading']}>{t('annotation.others', { count: others.length })}</h3>
      <ul className={classes['others']}>
        {others.map((other) => (
          <li key={other.reviewer.id}>
            <Answer {...other} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Answer({ reviewer: { name, role }, at, content }: OtherAnswer) {
  const { t, i18n } = useTranslation();
  const words = useAnswerWords();
  const time = new Date(at).toLocaleDateString(i18n.language, { dateStyle: 'medium' });
  return (
    <>
      <div className={classes['who']}>
        <strong>{role === '' ? name : t('annotation.nameAndRole', { name, role })}</strong>
        <span className={classes['quiet']}>{time}</span>
      </div>
      <div>{words.answer(content).join('; ')}</div>
      {content.comment !== '' && <blockquote className={classes['quote']}>{content.comment}</blockquote>}
    </>
  );
}
