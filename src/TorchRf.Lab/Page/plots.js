// Lines are uPlot's; receptive fields and examples, many small ones in a picture, are drawn on a canvas. All is drawn again when its size or the page's colours change.
import { said } from './page.js';

const colour = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
const dark = matchMedia('(prefers-color-scheme: dark)');

// --- lines ---

const drawn = new Map();
const resized = new ResizeObserver(entries => entries.forEach(({ target }) => drawn.get(target)?.plot.setSize(sizeOf(target))));
const sizeOf = host => ({ width: Math.max(120, host.clientWidth), height: host.classList.contains('tall') ? 320 : 180 });

function range(fixed, least, most) {
  let [low, high] = [fixed?.[0] ?? least ?? 0, fixed?.[1] ?? most ?? 1];
  if (!(high > low)) [low, high] = [low - (fixed?.[0] === undefined ? 0.5 : 0), low + 1];
  const room = (high - low) * 0.05;
  return [fixed?.[0] ?? low - room, fixed?.[1] ?? high + room];
}

// Those of an axis of ratios that keep apart.
const apart = values => values.filter((v, i) => !i || i === values.length - 1 || v / values[i - 1] > 1.2);

function axis(of, name, size) {
  const { log, values } = of[name + 'Axis'] ?? {};
  return {
    stroke: () => colour('faint'), grid: { stroke: () => colour('line'), width: 1 }, ticks: { show: false }, font: '12px system-ui, sans-serif', size, gap: 4,
    values: (_, splits) => splits.map(said), ...log ? { splits: () => apart(values), filter: (_, splits) => splits } : {}, ...name === 'x' ? { space: 55 } : { space: 35 },
  };
}

// series: [{x, y, label, colour, dash, kind: 'bars'|'points', size, hollow}]; x, y: [least, most], either left out for that of the data; name: what x is.
export function lines(host, of) {
  const shape = JSON.stringify([of.name, of.xAxis, of.yAxis, of.series.map(({ label, colour, dash, kind }) => [label, colour, dash, kind])]);
  const gaps = y => Array.from(y, v => Number.isFinite(v) ? v : null);
  const data = of.rows ?? uPlot.join(of.series.map(s => [Array.from(s.x), gaps(s.y)]));
  const old = drawn.get(host);
  if (old?.shape === shape) {
    old.of = of;
    old.plot.setData(data);
    return;
  }
  old?.plot.destroy();
  const kept = { of, shape };
  const scale = name => ({ time: false, auto: true, distr: of[name + 'Axis']?.log ? 3 : 1, range: (_, least, most) => of[name + 'Axis']?.log ? [kept.of[name][0], kept.of[name][1]] : range(kept.of[name], least, most) });
  kept.plot = new uPlot({
    ...sizeOf(host), scales: { x: scale('x'), y: scale('y') }, axes: [axis(of, 'x', 26), axis(of, 'y', 46)], padding: [8, 14, 0, 0],
    cursor: { y: false, drag: { x: !of.rows } }, legend: { live: !of.rows, markers: { width: 2, dash: (_, i) => of.series[i - 1].dash ? 'dashed' : 'solid', fill: (_, i) => { const s = of.series[i - 1]; return s.dash || s.hollow ? 'transparent' : colour(s.colour); } } },
    series: [{ label: of.name, value: (_, v) => said(v) }, ...of.series.map(s => ({
      label: s.label, pxAlign: 0, stroke: () => colour(s.colour), width: s.kind === 'bars' ? 0 : 1.8, dash: s.dash, value: (_, v) => said(v ?? null),
      ...s.kind === 'bars' ? { paths: uPlot.paths.bars({ size: [1, Infinity] }), fill: () => colour(s.colour) + '66', points: { show: false } }
        : s.kind === 'points' ? { paths: () => null, points: { show: true, size: s.size ?? 9, width: s.hollow ? 2 : 0, fill: () => s.hollow ? 'transparent' : colour(s.colour), stroke: () => colour(s.colour) } }
        : { points: { show: false } },
    }))],
  }, data, host);
  drawn.set(host, kept);
  resized.observe(host);
}

// --- cells ---

const painted = new Map();
const repainted = new ResizeObserver(entries => entries.forEach(({ target }) => paint(target)));

function paint(canvas) {
  const ratio = devicePixelRatio || 1, box = canvas.getBoundingClientRect(), [width, height] = [Math.round(box.width * ratio), Math.round(box.height * ratio)];
  if (!width || !height) return;
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const pen = canvas.getContext('2d');
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, box.width, box.height);
  pen.font = '12px system-ui, sans-serif';
  painted.get(canvas)(pen, box.width, box.height);
}

function line(pen, xs, ys, stroke, dash = []) {
  pen.strokeStyle = stroke; pen.lineWidth = 1.8; pen.setLineDash(dash);
  pen.beginPath();
  xs.forEach((x, i) => i ? pen.lineTo(x, ys[i]) : pen.moveTo(x, ys[i]));
  pen.stroke(); pen.setLineDash([]);
}

// As many as make cells of about their shape, and leave few empty.
function columnsOf(count, ratio) {
  const misfit = n => Math.abs(Math.log(n / Math.ceil(count / n) / ratio)) + (Math.ceil(count / n) * n - count) / count * 2;
  return Array.from({ length: count }, (_, i) => i + 1).reduce((best, n) => misfit(n) < misfit(best) ? n : best);
}

// Rows of numbers on rings or tori, [{y, colour, dash}] a cell: on rings over each other, scaled to the largest of the cell, and on tori beside each other, each scaled to its own.
export function cells(canvas, of, side, labels = [], columns = 0) {
  if (!painted.has(canvas)) repainted.observe(canvas);
  painted.set(canvas, (pen, width, height) => {
    const head = labels.length ? 20 : 0, wide = side ? of[0].length : 1.6;
    const across = columns || columnsOf(of.length, width / ((height - head) * wide));
    const down = Math.ceil(of.length / across), [w, h] = [width / across, (height - head) / down];
    of.forEach((cell, i) => {
      const [x, y, inner, tall] = [(i % across) * w + 3, head + Math.floor(i / across) * h + 3, w - 6, h - 6];
      if (side) tori(pen, cell, side, x, y, inner, tall); else ring(pen, cell, x, y, inner, tall);
    });
    let x = 4;
    for (const s of labels) {
      const mark = side ? 0 : 23;
      if (mark) line(pen, [x, x + 18], [9, 9], colour(s.colour), s.dash);
      pen.fillStyle = colour('ink'); pen.fillText(s.label, x + mark, 13);
      x += mark + 17 + pen.measureText(s.label).width;
    }
  });
  paint(canvas);
}

function ring(pen, cell, x, y, wide, tall) {
  pen.strokeStyle = colour('line'); pen.lineWidth = 1;
  pen.strokeRect(x, y, wide, tall);
  pen.beginPath(); pen.moveTo(x, y + tall / 2); pen.lineTo(x + wide, y + tall / 2); pen.stroke();
  const most = Math.max(...cell.flatMap(s => Array.from(s.y, Math.abs))) || 1;
  for (const s of cell)
    line(pen, Array.from(s.y, (_, j) => x + 2 + j / (s.y.length - 1) * (wide - 4)), Array.from(s.y, v => y + tall / 2 - v / most * (tall / 2 - 3)), colour(s.colour), s.dash);
}

// Positive in one colour and negative in the other, as strong as the largest.
function tori(pen, cell, side, x, y, wide, tall) {
  const size = Math.min(tall, wide / cell.length - 3) / side, left = x + (wide - cell.length * (size * side + 3)) / 2, [more, less] = [colour('second'), colour('first')];
  cell.forEach((s, k) => {
    const most = Math.max(...Array.from(s.y, Math.abs)) || 1, start = left + k * (size * side + 3);
    Array.from(s.y).forEach((v, j) => {
      pen.globalAlpha = Math.abs(v) / most;
      pen.fillStyle = v > 0 ? more : less;
      pen.fillRect(start + (j % side) * size, y + Math.floor(j / side) * size, size + 0.5, size + 0.5);
    });
    pen.globalAlpha = 1; pen.strokeStyle = colour('line'); pen.lineWidth = 1;
    pen.strokeRect(start, y, size * side, size * side);
  });
}

dark.addEventListener('change', () => {
  painted.forEach((_, canvas) => paint(canvas));
  for (const [host, { of, plot }] of [...drawn]) { plot.destroy(); drawn.delete(host); lines(host, of); }
});
