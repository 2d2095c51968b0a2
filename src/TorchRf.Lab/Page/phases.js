// The phase diagram through the data that stand in the sliders, and where they lie in it.
import { $, answered, asJson, events, refuse } from './page.js';
import { chosen } from './settings.js';
import { lines } from './plots.js';

// Told apart without their colours too: by size, and by being hollow.
const Outcomes = {
  'localized': { colour: 'second', size: 12 }, 'at the border': { colour: 'second', size: 10, hollow: true }, 'modulated': { colour: 'third', size: 10, hollow: true },
  'extended': { colour: 'first', size: 5 }, 'cannot tell': { colour: 'third', size: 4 },
};
let abort, map, asked;

export const changed = () => { $('older-map').hidden = !map || asked === JSON.stringify(chosen()); };

async function draw() {
  abort?.abort();
  const mine = abort = new AbortController(), settings = chosen();
  let drawing;
  $('map').disabled = true;
  $('stop-map').disabled = false;
  $('place').textContent = 'Following the flow to its end, point by point …';
  try {
    for await (const [event, told] of events(await answered('phases', asJson(settings, mine.signal)))) {
      if (event === 'map') drawing = { ...told, points: [] };
      else if (event === 'point') {
        drawing.points.push(told);
        if (map !== drawing) { [map, asked] = [drawing, JSON.stringify(settings)]; changed(); }
        show();
      }
    }
    refuse('map-refusal');
  } catch (error) {
    refuse('map-refusal', error);
  } finally {
    // A diagram without a point leaves the one before it.
    if (map) show(); else $('place').textContent = '';
    $('map').disabled = false;
    $('stop-map').disabled = true;
  }
}

function show() {
  const { points, x, y, unstable, label } = map, own = points.find(p => p.own), spread = points.length - 1, all = x.values.length * y.values.length;
  $('place').textContent = `${label}. Your data: ${own.outcome ?? 'none, as there is no such law'}, at ${x.label} ${+own.x.toPrecision(3)} and ${y.label} ${+own.y.toPrecision(3)}. ${spread < all ? `${spread} of ${all} points.` : ''}`;
  const series = Object.keys(Outcomes).map(outcome => ({ ...Outcomes[outcome], kind: 'points', label: outcome, at: points.filter(p => !p.own && p.outcome === outcome).map(p => [p.x, p.y]) }));
  if (unstable?.length) series.push({ colour: 'third', dash: [5, 4], label: 'constant field unstable', at: unstable });
  series.push({ kind: 'points', colour: 'ink', size: 18, hollow: true, label: 'your data', at: [[own.x, own.y]] });
  // A row a point, as several lie over one x.
  const at = series.flatMap((s, i) => s.at.map(([px, py]) => ({ px, py, i }))).sort((p, q) => p.px - q.px);
  const room = (axis, v) => {
    const [least, most] = [Math.min(v, ...axis.values), Math.max(v, ...axis.values)];
    return axis.log ? [least / 1.15, most * 1.15] : [least - 0.06 * (most - least), most + 0.06 * (most - least)];
  };
  lines($('phases'), { name: x.label, series, rows: [at.map(p => p.px), ...series.map((_, i) => at.map(p => p.i === i ? p.py : undefined))], x: room(x, own.x), y: room(y, own.y), xAxis: x, yAxis: y });
  $('y-of-map').textContent = `Up: ${y.label}. Across: ${x.label}.`;
}

$('map').onclick = draw;
$('stop-map').onclick = () => abort?.abort();
