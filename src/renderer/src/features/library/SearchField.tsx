import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions } from '../../app/shortcuts.ts';
import { Icon } from '../../components/Icon.tsx';
import { ActionKeys } from '../../components/Keys.tsx';

interface SearchFieldProps {
  readonly search: string;
  readonly onSearch: (search: string) => void;
}

/** Letters that follow one another faster than this are asked for together. */
const TYPING_MILLISECONDS = 150;
const LONGEST_SEARCH = 200;

/** Finds cases as the person types. */
export function SearchField({ search, onSearch }: SearchFieldProps) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState({ text: search, of: search });
  // What was searched for may be cleared elsewhere.
  const text = typed.of === search ? typed.text : search;
  const ask = useDebouncedCallback(onSearch, TYPING_MILLISECONDS);
  useActions({
    search: () => {
      field.current?.focus();
      field.current?.select();
    },
  });
  const type = (next: string) => {
    setTyped({ text: next, of: search });
    ask(next.trim());
  };
  return (
    <TextInput
      ref={field}
      type="search"
      w={280}
      size="sm"
      value={text}
      maxLength={LONGEST_SEARCH}
      placeholder={t('library.search')}
      aria-label={t('library.searchLabel')}
      leftSection={<Icon name="search" size={15} />}
      rightSection={text === '' && <ActionKeys action="search" />}
      onChange={(event) => {
        type(event.currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') ask.flush();
        if (event.key !== 'Escape') return;
        if (text === '') field.current?.blur();
        else type('');
      }}
    />
  );
}
