'use strict';
// Small plots on a canvas, in the page's colours. They are drawn again whenever their size or the colours change.
const plots = (() => {
  const drawings = new Map();

  const colour = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();

  function draw(canvas, paint) {
    drawings.set(canvas, paint);
    const ratio = devicePixelRatio || 1, box = canvas.getBoundingClientRect();
    const [width, height] = [Math.round(box.width * ratio), Math.round(box.height * ratio)];
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    const pen = canvas.getContext('2d');
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, box.width, box.height);
    pen.font = '12px system-ui, sans-serif';
    paint(pen, box.width, box.height);
  }

  const redraw = () => drawings.forEach((paint, canvas) => draw(canvas, paint));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  addEventListener('resize', redraw);

  // Round numbers from low to high, about so many.
  function ticks(low, high, count) {
    const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map(m => m * power).find(s => s >= rough * 0.999) || power;
    const found = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) found.push(i * step);
    return found;
  }

  const said = x => x === 0 ? '0' : Math.abs(x) >= 1e4 || Math.abs(x) < 1e-3 ? x.toExponential(0).replace('e+', 'e') : String(+x.toPrecision(3));

  function range(values, least, most) {
    const finite = values.filter(Number.isFinite);
    let low = least ?? Math.min(...finite), high = most ?? Math.max(...finite);
    if (!finite.length && (least === undefined || most === undefined)) [low, high] = [least ?? 0, most ?? 1];
    if (!(high > low)) [low, high] = [low - (least === undefined ? 0.5 : 0), low + 1];
    const room = (high - low) * 0.05;
    return [least ?? low - room, most ?? high + room];
  }

  // Lines, bars or points over common axes: {series: [{x, y, colour, dash, kind, label}], x: [least, most], y: [least, most], level, legend}.
  function chart(canvas, of) {
    draw(canvas, (pen, width, height) => {
      const [left, right, top, bottom] = [46, 14, 8, 22];
      const all = name => of.series.flatMap(s => Array.from(s[name]));
      const [x0, x1] = range(all('x'), of.x?.[0], of.x?.[1]);
      const [y0, y1] = range(all('y').concat(of.level ?? []), of.y?.[0], of.y?.[1]);
      const X = x => left + (x - x0) / (x1 - x0) * (width - left - right), Y = y => height - bottom - (y - y0) / (y1 - y0) * (height - top - bottom);
      pen.lineWidth = 1;
      pen.strokeStyle = colour('line');
      pen.fillStyle = colour('faint');
      pen.textAlign = 'center';
      for (const t of ticks(x0, x1, Math.max(3, width / 70))) pen.fillText(said(t), X(t), height - 6);
      pen.textAlign = 'right';
      for (const t of ticks(y0, y1, Math.max(2, height / 50))) {
        pen.fillText(said(t), left - 5, Y(t) + 4);
        pen.beginPath(); pen.moveTo(left, Y(t)); pen.lineTo(width - right, Y(t)); pen.stroke();
      }
      pen.save();
      pen.beginPath(); pen.rect(left, top - 2, width - left - right, height - top - bottom + 4); pen.clip();
      if (of.level !== undefined) line(pen, [x0, x1].map(X), [of.level, of.level].map(Y), colour('third'), [2, 4]);
      for (const s of of.series) {
        const [xs, ys] = [Array.from(s.x, X), Array.from(s.y, Y)];
        if (s.kind === 'bars') {
          const wide = xs.length > 1 ? Math.abs(xs[1] - xs[0]) : 10;
          pen.fillStyle = colour(s.colour); pen.globalAlpha = 0.35;
          xs.forEach((x, i) => pen.fillRect(x - wide / 2, ys[i], wide, Y(0) - ys[i]));
          pen.globalAlpha = 1;
        } else if (s.kind === 'points') {
          pen.fillStyle = colour(s.colour);
          xs.forEach((x, i) => { pen.beginPath(); pen.arc(x, ys[i], 4, 0, 7); pen.fill(); });
        } else line(pen, xs, ys, colour(s.colour), s.dash);
      }
      pen.restore();
      legend(pen, of.series, of.legend === 'right' ? width - 84 : left + 8, top + 10);
    });
  }

  function line(pen, xs, ys, stroke, dash = []) {
    pen.strokeStyle = stroke; pen.lineWidth = 1.8; pen.setLineDash(dash);
    pen.beginPath();
    xs.forEach((x, i) => Number.isFinite(ys[i]) && (i && Number.isFinite(ys[i - 1]) ? pen.lineTo(x, ys[i]) : pen.moveTo(x, ys[i])));
    pen.stroke(); pen.setLineDash([]);
  }

  function legend(pen, series, x, y) {
    pen.textAlign = 'left';
    for (const s of series.filter(s => s.label)) {
      line(pen, [x, x + 18], [y, y], colour(s.colour), s.dash);
      pen.fillStyle = colour('ink'); pen.fillText(s.label, x + 23, y + 4);
      y += 16;
    }
  }

  // Rows of numbers on rings or tori, [{y, colour, dash}] a cell: on rings over each other, scaled to the largest of the cell, and on tori beside each other, each scaled to its own.
  function cells(canvas, of, side, labels = [], columns = 0) {
    draw(canvas, (pen, width, height) => {
      const head = labels.length ? 20 : 0, across = columns || Math.min(of.length, Math.max(1, Math.round(Math.sqrt(of.length * width / (height * 1.6)))));
      const rows = Math.ceil(of.length / across), [w, h] = [width / across, (height - head) / rows];
      of.forEach((cell, i) => {
        const [x, y] = [(i % across) * w + 3, head + Math.floor(i / across) * h + 3], [inner, tall] = [w - 6, h - 6];
        if (side) return tori(pen, cell, side, x, y, inner, tall);
        pen.strokeStyle = colour('line'); pen.lineWidth = 1;
        pen.strokeRect(x, y, inner, tall);
        pen.beginPath(); pen.moveTo(x, y + tall / 2); pen.lineTo(x + inner, y + tall / 2); pen.stroke();
        const most = Math.max(...cell.flatMap(s => Array.from(s.y, Math.abs))) || 1;
        for (const s of cell) {
          line(pen, Array.from(s.y, (_, j) => x + 2 + j / (s.y.length - 1) * (inner - 4)), Array.from(s.y, v => y + tall / 2 - v / most * (tall / 2 - 3)), colour(s.colour), s.dash);
        }
      });
      labels.reduce((x, s) => { legend(pen, [s], x, 9); return x + 40 + pen.measureText(s.label).width; }, 4);
    });
  }

  function tori(pen, cell, side, x, y, wide, tall) {
    const size = Math.min(tall, wide / cell.length - 3) / side;
    cell.forEach((s, k) => {
      const most = Math.max(...Array.from(s.y, Math.abs)) || 1, left = x + k * (size * side + 3);
      Array.from(s.y).forEach((v, j) => {
        pen.globalAlpha = Math.abs(v) / most;
        pen.fillStyle = colour(v > 0 ? 'second' : 'first');
        pen.fillRect(left + (j % side) * size, y + Math.floor(j / side) * size, size + 0.5, size + 0.5);
      });
      pen.globalAlpha = 1; pen.strokeStyle = colour('line'); pen.lineWidth = 1;
      pen.strokeRect(left, y, size * side, size * side);
    });
  }

  return { chart, cells };
})();
