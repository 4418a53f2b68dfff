import { useEffect, useRef, useState } from 'preact/hooks';
import { words } from '../text/amounts.ts';
import { OUTCOMES, STATUSES, type FilterName, type Filters } from './task-query.ts';

interface FilterBarProps {
  readonly filters: Filters;
  readonly onChange: (filters: Filters) => void;
}

/** Typing asks the API once it pauses. */
const PAUSE_MS = 300;

interface TextFilterProps {
  readonly name: FilterName;
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

const TextFilter = ({ name, label, placeholder, value, onChange }: TextFilterProps) => {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const sent = useRef(value);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    // Changed by the address, not by these keys.
    if (value !== sent.current) setText(value);
    sent.current = value;
  }, [value]);
  const onInput = (typed: string): void => {
    setText(typed);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      sent.current = typed.trim();
      onChange(sent.current);
    }, PAUSE_MS);
  };
  return (
    <label class={`filter filter-${name}`}>
      <span>{label}</span>
      <input
        type="search"
        name={name}
        value={text}
        placeholder={placeholder}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  );
};

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly onChange: (value: string) => void;
}

const Choice = ({ label, value, options, onChange }: ChoiceProps) => (
  <label class="filter">
    <span>{label}</span>
    <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      <option value="">Any</option>
      {options.map((option) => (
        <option key={option} value={option}>
          {words(option)}
        </option>
      ))}
    </select>
  </label>
);

export const FilterBar = ({ filters, onChange }: FilterBarProps) => {
  const latest = useRef(filters);
  latest.current = filters;
  const set = (name: FilterName) => (value: string) => onChange({ ...latest.current, [name]: value });
  return (
    <form
      class="filters"
      role="search"
      aria-label="Filter tasks"
      onSubmit={(event) => event.preventDefault()}
    >
      <TextFilter
        name="search"
        label="Search"
        placeholder="Description or id"
        value={filters.search}
        onChange={set('search')}
      />
      <Choice label="Status" value={filters.status} options={STATUSES} onChange={set('status')} />
      <Choice label="Outcome" value={filters.outcome} options={OUTCOMES} onChange={set('outcome')} />
      <TextFilter
        name="repository"
        label="Repository"
        placeholder="acme/shop"
        value={filters.repository}
        onChange={set('repository')}
      />
      <TextFilter
        name="label"
        label="Labels"
        placeholder="project:shop"
        value={filters.label}
        onChange={set('label')}
      />
    </form>
  );
};
