// The runs under checkpoints/: listed, sorted, opened and compared.
import { $, element, list, refuse, rows, said, told } from './page.js';
import { along } from './training.js';
import { cells } from './plots.js';
import { inexact, take } from './settings.js';

const Columns = [['run', r => r.name], ['command', r => r.command ?? ''], ['data', r => r.data ?? ''], ['model', r => r.model ?? ''], ['state', r => r.how], ['IPR', r => r.ipr], ['loss', r => r.loss], ['started', r => r.started, r => r.begun]];
const compared = new Set();
let opening, runs = [], sorted = { column: Columns.length - 1, down: true };

const text = v => typeof v === 'number' ? said(v) : v ?? '';

async function load() {
  try {
    const found = await told('runs');
    runs = found.runs;
    compared.clear();
    refuse('runs-refusal');
    $('runs-said').textContent = runs.length ? '' : `There are no runs in ${found.folder} below the folder in which the lab was started; torchrf train and compare leave them there.`;
    show();
  } catch (error) { refuse('runs-refusal', error); }
}

// As torchrf runs --where has it, lr=0.05 or couplings=0.3,0.7.
function has(run, key, value) {
  const own = run.settings[key.replace(/-/g, '_')];
  return own !== undefined && own !== null && (String(own).toLowerCase() === value || (value !== '' && Number(own) === Number(value)));
}

function show() {
  const words = $('filter').value.toLowerCase().split(/\s+/), of = Columns[sorted.column][1];
  const fitting = runs.filter(r => words.every(w => w.includes('=') ? has(r, ...w.split('=')) : Columns.some(([, v]) => String(v(r) ?? '').toLowerCase().includes(w))));
  // What is not known comes last, in either order.
  const blank = v => v === null || v === undefined || v === '', order = (p, q) => blank(p) || blank(q) ? blank(p) - blank(q) : p === q ? 0 : p < q === sorted.down ? 1 : -1;
  fitting.sort((p, q) => order(of(p), of(q)));
  $('runs-head').replaceChildren(element('th', { scope: 'col', textContent: 'compare' }), ...Columns.map(([name], i) => {
    const head = element('th', { scope: 'col' }, element('button', { type: 'button', textContent: name + (i === sorted.column ? sorted.down ? ' ▾' : ' ▴' : ''), onclick: () => {
      sorted = { column: i, down: i === sorted.column && !sorted.down };
      show();
      $('runs-head').querySelectorAll('button')[i].focus();
    } }));
    if (i === sorted.column) head.setAttribute('aria-sort', sorted.down ? 'descending' : 'ascending');
    return head;
  }));
  $('runs-body').replaceChildren(...fitting.map(r => {
    const box = element('input', { type: 'checkbox', checked: compared.has(r.name), onchange: () => {
      if (box.checked) compared.add(r.name); else compared.delete(r.name);
      $('compare-runs').disabled = compared.size < 2;
    } });
    box.setAttribute('aria-label', `compare ${r.name}`);
    return element('tr', {}, element('td', {}, box), element('td', {}, element('button', { type: 'button', textContent: r.name, onclick: () => open(r.name) })), ...Columns.slice(1).map(([, v, shown = v]) => element('td', { textContent: text(shown(r)) })));
  }));
  $('runs-table').hidden = !runs.length;
  $('compare-runs').disabled = compared.size < 2;
}

async function open(name) {
  opening?.abort();
  const { signal } = opening = new AbortController();
  try {
    const run = await told('run?' + new URLSearchParams({ name }), { signal });
    refuse('runs-refusal');
    const isTaken = take(run.asked);
    $('run').hidden = false;
    $('run-title').textContent = `${run.command ?? 'run'}, ${run.name}`;
    list('run-said', [...isTaken ? ['Its settings stand in the sliders now.', inexact() ?? []].flat() : run.damage ? [] : ['Its settings are of a kind for which there are no sliders.'], ...run.damage ? [`It is damaged: ${run.damage}`] : [], `${run.how[0].toUpperCase()}${run.how.slice(1)}.`, ...(run.said ?? []).filter((said, i, all) => !all.slice(0, i).some(before => before.includes(said)))]);
    $('run-settings').textContent = Object.entries(run.settings).filter(([, v]) => v !== null && !(Array.isArray(v) && !v.length)).map(([key, v]) => `${key} ${Array.isArray(v) ? v.join(',') : v}`).join(' · ');
    $('run-curves').hidden = !run.curves?.ipr.some(Number.isFinite);
    if (!$('run-curves').hidden) along(run.curves, ['run-ipr', 'run-cosine', 'run-loss'], run.curves.step.at(-1));
    $('run-fields').hidden = !run.fields;
    if (run.fields) frames(run.fields, run.caption);
    $('run').scrollIntoView({ block: 'nearest' });
    $('run-title').focus();
  } catch (error) { refuse('runs-refusal', error); }
}

// The fields of all snapshots, one at a time.
function frames({ labels, fields, side, series }, caption) {
  const parts = series.map(s => rows(new Int16Array(Uint8Array.from(atob(s.w.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0)).buffer), labels.length));
  const slider = $('snapshot'), names = series.map((s, i) => ({ label: side && series.length > 1 ? `${i ? 'right' : 'left'}: ${s.name}` : s.name, colour: i ? 'second' : 'first', dash: i ? [5, 4] : undefined }));
  const show = () => {
    const at = +slider.value;
    $('snapshot-label').textContent = labels[at];
    slider.setAttribute('aria-valuetext', labels[at]);
    const shown = parts.map((p, k) => rows(p[at], fields).map((w, i) => w.map ? Float64Array.from(w, v => v * series[k].scale[at * fields + i]) : w));
    cells($('run-picture'), shown[0].map((_, i) => shown.map((s, k) => ({ y: s[i], ...names[k] }))), side, names);
  };
  [slider.min, slider.max, slider.value, slider.oninput] = [0, labels.length - 1, labels.length - 1, show];
  slider.hidden = labels.length < 2;
  $('run-caption').textContent = caption;
  show();
}

async function compare() {
  try {
    const found = await told('comparison?' + new URLSearchParams([...compared].map(name => ['name', name])));
    refuse('runs-refusal');
    $('comparison').hidden = false;
    const head = ['', ...found.runs.map(r => r.name)], lines = [...found.differing.map((key, i) => [key, r => r.values[i]]), ['state', r => r.how], ['IPR', r => text(r.ipr)], ['loss', r => text(r.loss)]];
    $('comparison-table').replaceChildren(element('tr', {}, ...head.map(h => element('th', { scope: 'col', textContent: h }))),
      ...lines.map(([name, of]) => element('tr', {}, element('th', { scope: 'row', textContent: name }), ...found.runs.map(r => element('td', { textContent: of(r) })))));
    $('comparison').scrollIntoView({ block: 'nearest' });
  } catch (error) { refuse('runs-refusal', error); }
}

$('filter').oninput = show;
$('list-runs').onclick = load;
$('compare-runs').onclick = compare;
load();
