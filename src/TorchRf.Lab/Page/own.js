// A person's own data: what analyze says of a dropped file. It goes to the server on this machine, and no further.
import { $, list, refuse, said, told, element } from './page.js';
import { lines } from './plots.js';

let abort;

async function analyze(files) {
  if (!files.length) return;
  abort?.abort();
  const mine = abort = new AbortController(), form = new FormData();
  for (const file of files) form.append('file', file);
  refuse('own-refusal');
  list('own-reasons', []);
  $('own-pictures').hidden = true;
  $('own-verdict').textContent = `Analyzing ${[...files].map(f => f.name).join(', ')} …`;
  try {
    show(await told('analysis', { method: 'POST', body: form, signal: mine.signal }));
  } catch (error) {
    if (error.name !== 'AbortError') $('own-verdict').textContent = '';
    refuse('own-refusal', error);
  }
}

function show(found) {
  $('own-verdict').textContent = found.verdict;
  list('own-reasons', [...found.reasons, ...found.warnings.concat(found.notes).map(note => 'Note: ' + note)]);
  $('own-command').textContent = found.command;
  const rows = [
    ['', c => c.name], ['examples', c => String(c.examples)], ['sites', c => String(c.sites)],
    ['excess kurtosis', c => typeof c.excess_kurtosis === 'string' ? c.excess_kurtosis : said(c.excess_kurtosis) + (c.excess_kurtosis_error ? ' ± ' + said(c.excess_kurtosis_error) : '')],
    ['lengthscale ξ (sites)', c => said(c.lengthscale)], [`off ${found.classes[0].dimensions === 2 ? 'torus' : 'ring'} (by chance)`, c => `${said(100 * c.off_ring)} % (${said(100 * c.covariance_noise)} %)`],
    ['φ(1) above its tangent', c => `${said(100 * c.super_linearity.value)} ± ${said(100 * c.super_linearity.error)} %`],
  ];
  $('own-table').replaceChildren(...rows.map(([name, of], i) => element('tr', {}, element('th', { scope: 'row', textContent: name }), ...found.classes.map(c => element(i ? 'td' : 'th', { textContent: of(c) })))));
  $('own-pictures').hidden = false;
  const { edges, density } = found.marginal, { a, phi } = found.amplifier, flat = Math.sqrt(2 / Math.PI);
  lines($('own-marginal'), { name: 'x', y: [0], series: [{ x: density.map((_, i) => edges.length > density.length ? (edges[i] + edges[i + 1]) / 2 : edges[i]), y: density, kind: 'bars', colour: 'third', label: `class ${found.answered}` }] });
  lines($('own-amplifier'), { name: 'a', x: [-1, 1], series: [{ x: a, y: phi, colour: 'first', label: 'φ' }, { x: a, y: a.map(v => v * flat), colour: 'third', dash: [2, 3], label: 'Gaussian' }] });
  lines($('own-covariance'), { name: 'distance', series: found.classes.map((c, i) => ({ x: c.distances, y: c.covariance, colour: i ? 'second' : 'first', dash: i ? [5, 4] : undefined, label: `class ${i}` })) });
}

const zone = $('own');
$('own-file').onchange = () => {
  const files = [...$('own-file').files];
  // So that the same file, changed, can be chosen again.
  $('own-file').value = '';
  analyze(files);
};
// What is dropped beside the box would replace the page.
for (const kind of ['dragover', 'drop']) document.addEventListener(kind, e => { if (e.dataTransfer.types.includes('Files')) e.preventDefault(); });
zone.addEventListener('dragover', () => zone.classList.add('over'));
zone.addEventListener('dragleave', () => zone.classList.remove('over'));
zone.addEventListener('drop', e => { zone.classList.remove('over'); analyze(e.dataTransfer.files); });
