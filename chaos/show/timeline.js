'use strict';
// Texts of the run are only ever written as texts: textContent and fillText, never markup.
const data = JSON.parse(document.getElementById('data').textContent);
const names = ['lane', 'life', 'task', 'site', 'key', 'occurrence', 'begun', 'ended', 'taken',
  'atService', 'learned', 'end', 'fault', 'hit', 'touch'];
const calls = data.calls.map(row => Object.fromEntries(row.map((value, i) => [names[i], value])));
calls.forEach((call, i) => { call.index = i; });
const $ = id => document.getElementById(id);
const seconds = micros => (micros / 1e6).toFixed(3) + ' s';
function make(tag, text, name) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (name) element.className = name;
  return element;
}
function button(text, action) {
  const element = make('button', text);
  element.type = 'button';
  element.addEventListener('click', action);
  return element;
}
let colours = {};  // as the page's style has them now; draw() reads them anew
function colour(name) {
  colours[name] = colours[name] || getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
  return colours[name];
}
const hits = {
  rejected: 'failed, nothing applied', lost: 'applied, answer lost', killed: 'process died',
  slow: 'slow', odd: 'unusual answer' };

// ---- the axis: true time, or time with idle stretches drawn short ----
const gapMin = 400e3, gapShown = 60e3;
let stretches = [];  // {from, to, at}: a stretch of time that begins at `at` of the axis
function layAxis(squeeze) {
  const spans = calls.map(c => [c.begun, Math.max(c.begun, c.end === 'open' ? c.begun : c.ended)]);
  for (const n of data.notes) if (n[3] === 'mark' || n[4] === 'killed') spans.push([n[0], n[0]]);
  spans.push([0, 0]);
  spans.sort((a, b) => a[0] - b[0]);
  stretches = [];
  let at = 0, from = 0, to = 0;
  const close = next => {
    stretches.push({ from, to, at });
    at += to - from + (next - to > gapMin ? gapShown : next - to);
  };
  if (squeeze) {
    for (const [begin, end] of spans) {
      if (begin - to > gapMin) { close(begin); from = begin; to = end; }
      to = Math.max(to, end);
    }
  } else { to = Math.max(data.end, ...spans.slice(-1).map(s => s[1]), 1); }
  if (to === from) to = from + 1000;
  stretches.push({ from, to, at });
}
function axis(time) {
  let low = 0, high = stretches.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (stretches[middle].from <= time) low = middle; else high = middle - 1;
  }
  const s = stretches[low], next = stretches[low + 1];
  if (time <= s.to || !next) return s.at + Math.min(time, s.to) - s.from;
  const gap = next.at - s.at - (s.to - s.from);
  return s.at + (s.to - s.from) + gap * (time - s.to) / (next.from - s.to);
}
function axisEnd() { const s = stretches[stretches.length - 1]; return s.at + s.to - s.from; }
function timeAt(x) {
  let s = stretches[0];
  for (const other of stretches) if (other.at <= x) s = other;
  return s.from + Math.min(x - s.at, s.to - s.from);
}

// ---- lanes: calls that overlap lie in rows below each other ----
const services = [['kv.', 'KV'], ['d1.', 'D1'], ['provider.', 'provider']];
const left = 128, above = 26;
let rowHeight = 17;
let lanes = [], laneOf = new Map();
const marks = data.notes.filter(n => n[3] === 'mark');
function layLanes() {
  lanes = [];
  data.lanes.forEach((lane, i) => {
    const killed = lane.lives.some(life => life[2]);
    const marked = marks.some(n => n[1] === i);
    if (lane.calls || killed || marked) lanes.push({ id: i, name: lane.role, lives: lane.lives, calls: [], rows: 1 });
  });
  laneOf = new Map(lanes.map(lane => [lane.id, lane]));
  for (const call of calls) {
    const lane = laneOf.get(call.lane);
    let row = 0;
    lane.ends = lane.ends || [];
    while (row < 5 && lane.ends[row] > call.begun) ++row;
    lane.ends[row] = call.ended;
    call.row = row;
    lane.rows = Math.max(lane.rows, row + 1);
    lane.calls.push(call);
  }
  for (const [prefix, name] of services) {
    const own = calls.filter(c => c.site.startsWith(prefix) && c.taken >= 0).sort((a, b) => a.taken - b.taken);
    const lane = { name, service: true, calls: own, rows: 1 };
    for (const call of own) call.service = lane;
    if (own.length) lanes.push(lane);
  }
  // Few lanes share the room; many scroll with the page.
  const rows = lanes.reduce((sum, lane) => sum + lane.rows, 0);
  rowHeight = Math.max(17, Math.min(34, Math.floor((330 - 9 * lanes.length) / Math.max(1, rows))));
  let y = above;
  for (const lane of lanes) { lane.y = y; lane.height = lane.rows * rowHeight + 9; y += lane.height; }
  return y + 4;
}

// ---- drawing ----
const canvas = $('lanes'), pen = canvas.getContext('2d');
let view = { from: 0, to: 1 }, chosen = null, height = 0, width = 0;
const x = time => left + (axis(time) - view.from) / (view.to - view.from) * (width - left - 8);
function mark(context, hit, cx, cy, size) {
  context.fillStyle = context.strokeStyle = colour(hit);
  context.lineWidth = 2;
  context.beginPath();
  if (hit === 'rejected') { context.rect(cx - size, cy - size, 2 * size, 2 * size); context.fill(); }
  else if (hit === 'lost') { context.moveTo(cx, cy - size - 2); context.lineTo(cx + size + 2, cy); context.lineTo(cx, cy + size + 2); context.lineTo(cx - size - 2, cy); context.fill(); }
  else if (hit === 'killed') { context.moveTo(cx - size, cy - size); context.lineTo(cx + size, cy + size); context.moveTo(cx + size, cy - size); context.lineTo(cx - size, cy + size); context.lineWidth = 3; context.stroke(); }
  else if (hit === 'slow') { context.moveTo(cx, cy - size - 1); context.lineTo(cx + size + 1, cy + size); context.lineTo(cx - size - 1, cy + size); context.fill(); }
  else { context.arc(cx, cy, size, 0, 7); context.stroke(); }
}
const shown = call => { const b = x(call.begun), e = x(call.ended); return e >= left && b <= width; };
function clippedText(text, from, y, room) {
  if (room < 26) return;
  pen.save();
  pen.beginPath(); pen.rect(from, 0, room - 2, height); pen.clip();
  pen.fillText(text, from, y);
  pen.restore();
}
function label(call) {
  if (call.site.startsWith('d1.')) return call.key;
  return call.site.replace(/^kv\./, '') + ' ' + call.key.replace(/^(book|search):isbn:(isbn=)?/, '…');
}
function draw() {
  colours = {};
  const scale = window.devicePixelRatio || 1;
  width = canvas.clientWidth;
  canvas.style.height = height + 'px';
  canvas.width = width * scale; canvas.height = height * scale;
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.fillStyle = colour('ground'); pen.fillRect(0, 0, width, height);
  pen.font = '11px system-ui, "DejaVu Sans", sans-serif'; pen.textBaseline = 'middle';
  lanes.forEach((lane, i) => {
    if (i % 2 === 0) { pen.fillStyle = colour('panel'); pen.fillRect(0, lane.y, width, lane.height); }
    if (lane.service && i && !lanes[i - 1].service) { pen.fillStyle = colour('dim'); pen.fillRect(0, lane.y, width, 1); }
  });
  drawTicks();
  pen.save();
  pen.beginPath(); pen.rect(left, 0, width - left, height); pen.clip();
  for (const lane of lanes) (lane.service ? drawService : drawLane)(lane);
  if (chosen !== null) drawLink(calls[chosen], colour('ink'));
  pen.restore();
  for (const lane of lanes) {
    pen.fillStyle = colour('ink'); pen.font = 'bold 12px system-ui, "DejaVu Sans", sans-serif';
    const name = lane.name.length > 18 ? lane.name.slice(0, 17) + '…' : lane.name;
    pen.fillText(name, 6, lane.y + lane.height / 2);
    pen.font = '11px system-ui, "DejaVu Sans", sans-serif';
  }
}
function drawTicks() {
  pen.fillStyle = colour('dim'); pen.textAlign = 'center';
  let lastX = left - 40;
  const span = (view.to - view.from) / ((width - left) / 110), steps = [];
  for (let power = 1; power < 1e11; power *= 10) steps.push(power, 2 * power, 5 * power);
  const step = steps.find(d => d >= span) || 1e11, begin = timeAt(view.from), end = timeAt(view.to);
  for (let i = 0; i < stretches.length; ++i) {
    const s = stretches[i], next = stretches[i + 1];
    if (s.at > view.to) break;
    const low = Math.max(s.from, begin), high = Math.min(s.to, end);
    const ticks = [s.from];
    for (let t = Math.ceil(low / step) * step; t <= high && ticks.length < 200; t += step) ticks.push(t);
    for (const t of ticks) {
      const at = x(t);
      if (at < left || at > width - 20 || at - lastX < 64) continue;
      pen.fillStyle = colour('dim'); pen.fillText((t / 1e6).toFixed(step < 1e4 ? 4 : step < 1e6 ? 2 : 1) + ' s', at, 9);
      pen.fillStyle = colour('line'); pen.fillRect(at, 18, 1, height);
      lastX = at;
    }
    if (!next || axis(next.from) < view.from || axis(s.to) > view.to || next.from - s.to <= gapMin) continue;
    const from = x(s.to), to = x(next.from);
    if (to - from < 3 || to < left) continue;
    pen.save(); pen.beginPath(); pen.rect(Math.max(from, left), 18, to - Math.max(from, left), height); pen.clip();
    pen.strokeStyle = colour('line');
    for (let d = from - height; d < to; d += 7) { pen.beginPath(); pen.moveTo(d, height); pen.lineTo(d + height, 0); pen.stroke(); }
    pen.restore();
    if (to - from > 46) { pen.fillStyle = colour('dim'); pen.fillText(((next.from - s.to) / 1e6).toFixed(1) + ' s idle', (from + to) / 2, height - 8); }
  }
  pen.textAlign = 'left';
}
function drawLane(lane) {
  for (const [from, to, killed] of lane.lives) {
    const a = Math.max(left, x(from)), b = Math.min(width, x(to));
    pen.fillStyle = colour('line');
    if (b >= a) pen.fillRect(a, lane.y + 2, Math.max(2, b - a), 2);
    if (killed && x(to) >= left) {
      pen.strokeStyle = colour('bad'); pen.setLineDash([3, 2]); pen.lineWidth = 2;
      pen.beginPath(); pen.moveTo(x(to), lane.y); pen.lineTo(x(to), lane.y + lane.height); pen.stroke(); pen.setLineDash([]);
      mark(pen, 'killed', x(to), lane.y + 6, 5);
    }
  }
  for (const n of marks) if (n[1] === lane.id) { pen.fillStyle = colour('bad'); pen.fillRect(x(n[0]), lane.y, 2, lane.height); pen.fillText(n[5].slice(0, 60), x(n[0]) + 4, lane.y + 10); }
  let lastEnd = [];
  for (const call of lane.calls) {
    if (!shown(call)) continue;
    const from = x(call.begun), size = Math.max(2, x(call.ended) - from), y = lane.y + 6 + call.row * rowHeight;
    const plainCall = !call.fault && !call.touch && call.index !== chosen;
    if (plainCall && size <= 2 && lastEnd[call.row] > from) continue;  // on a pixel that is full
    lastEnd[call.row] = from + 1;
    pen.fillStyle = call.fault ? colour(call.hit) : call.end === 'failed' ? colour('rejected') : colour('bar');
    pen.globalAlpha = call.fault || call.end === 'failed' ? 0.45 : 1;
    pen.fillRect(from, y, size, rowHeight - 4);
    pen.globalAlpha = 1;
    if (size > 4) { pen.fillStyle = colour('ground'); pen.fillRect(from + size - 1, y, 1, rowHeight - 4); }
    if (call.touch) { pen.strokeStyle = colour('key'); pen.lineWidth = 2.5; pen.setLineDash(call.touch === 1 ? [] : [4, 2]); pen.strokeRect(from, y, size, rowHeight - 4); pen.setLineDash([]); }
    if (call.index === chosen) { pen.strokeStyle = colour('ink'); pen.lineWidth = 2; pen.strokeRect(from - 2, y - 2, size + 4, rowHeight); }
    pen.fillStyle = colour('ink');
    clippedText(label(call), Math.max(from, left) + (call.fault ? 15 : 4), y + (rowHeight - 4) / 2, from + size - Math.max(from, left) - (call.fault ? 15 : 4));
    if (call.fault) { drawLink(call, colour(call.hit)); mark(pen, call.hit, Math.max(from, left + 6) + 5, y + (rowHeight - 4) / 2, 4); }
  }
}
function drawService(lane) {
  let last = -9;
  for (const call of lane.calls) {
    const at = x(call.taken);
    if (at < left || at > width || (at - last < 1 && !call.fault && !call.touch)) continue;
    last = at;
    pen.fillStyle = call.atService === 'ok' ? colour('bar') : colour('rejected');
    pen.fillRect(at - 1, lane.y + 6, 3, rowHeight - 4);
    if (call.touch) { pen.strokeStyle = colour('key'); pen.lineWidth = 2; pen.strokeRect(at - 3, lane.y + 5, 7, rowHeight - 2); }
    if (call.fault) mark(pen, call.hit, at, lane.y + lane.height / 2, 4);
  }
}
function drawLink(call, ink) {
  const lane = laneOf.get(call.lane), service = call.service;
  if (!service) return;
  pen.strokeStyle = ink; pen.lineWidth = 1; pen.setLineDash([2, 3]);
  pen.beginPath(); pen.moveTo(x(call.taken), lane.y + 6 + call.row * rowHeight + rowHeight - 5); pen.lineTo(x(call.taken), service.y + 6); pen.stroke(); pen.setLineDash([]);
}

// ---- moving about ----
function look(from, to) {
  const all = axisEnd(), size = Math.min(Math.max(to - from, 2000), all * 1.02);
  from = Math.min(Math.max(from, -all * 0.01), all * 1.01 - size);
  view = { from, to: from + size };
  draw();
}
const pan = part => look(view.from + part * (view.to - view.from), view.to + part * (view.to - view.from));
function zoom(factor, around) {
  const middle = around === undefined ? (view.from + view.to) / 2 : around;
  look(middle - (middle - view.from) * factor, middle + (view.to - middle) * factor);
}
function choose(index, move) {
  chosen = index;
  const call = calls[index];
  if (move) { const at = axis(call.begun), size = Math.min(view.to - view.from, 1.2e6); look(at - size * 0.35, at + size * 0.65); } else draw();
  showDetails(call);
}
function step(by) {
  if (!calls.length) return;
  if (chosen === null) { choose(by > 0 ? 0 : calls.length - 1, true); return; }
  choose((chosen + by + calls.length) % calls.length, true);
}
function nextFault() {
  if (!data.hits.length) return;
  const next = data.hits.find(hit => chosen === null || hit > chosen);
  choose(next === undefined ? data.hits[0] : next, true);
}
function showDetails(call) {
  const panel = $('details'), list = make('dl');
  panel.textContent = '';
  panel.append(make('h2', data.lanes[call.lane].role + ': ' + call.site));
  const row = (name, value) => { if (value !== '') list.append(make('dt', name), make('dd', value)); };
  if (call.fault) row('fault', call.fault + ': ' + data.meanings[call.fault]);
  row('about', call.key);
  row('the how-manieth', String(call.occurrence + 1) + ' (occurrence ' + call.occurrence + ' in a case file)');
  row('begun', seconds(call.begun));
  row('done by the service', call.taken < 0 ? 'never' : seconds(call.taken) + ': ' + call.atService);
  row(call.end === 'died' ? 'its caller died' : 'answered', call.end === 'open' ? 'never' : seconds(call.ended));
  row('its caller learned', call.learned || 'nothing');
  row('the violated key', ['', 'is named by this call', 'is in the range of this bulk read', 'may be in this batch, sent after such a read'][call.touch]);
  row('process, task', 'life ' + (call.life + 1) + ' of ' + data.lanes[call.lane].lives.length + ', task ' + call.task);
  panel.append(list);
}
function at(event) {
  const box = canvas.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}
function callAt(px, py) {
  let best = null, distance = 7;
  for (const lane of lanes) {
    if (py < lane.y || py > lane.y + lane.height) continue;
    for (const call of lane.calls) {
      const from = x(lane.service ? call.taken : call.begun), to = lane.service ? from : x(call.ended);
      const y = lane.y + 6 + (lane.service ? 0 : call.row * rowHeight);
      const away = Math.max(from - px, px - to, 0) + Math.max(y - py - 2, py - y - rowHeight, 0);
      if (away < distance) { distance = away; best = call; }
    }
  }
  return best;
}
let drag = null;
canvas.addEventListener('pointerdown', event => { drag = { x: event.clientX, from: view.from, to: view.to, moved: false }; canvas.setPointerCapture(event.pointerId); });
canvas.addEventListener('pointermove', event => {
  if (!drag) return;
  if (Math.abs(event.clientX - drag.x) > 3) drag.moved = true;
  const by = (drag.x - event.clientX) / (width - left) * (drag.to - drag.from);
  if (drag.moved) look(drag.from + by, drag.to + by);
});
canvas.addEventListener('pointerup', event => {
  const moved = drag && drag.moved;
  drag = null;
  const call = moved ? null : callAt(...at(event));
  if (call) choose(call.index, false);
});
canvas.addEventListener('wheel', event => {
  event.preventDefault();
  const [px] = at(event);
  if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) { pan(event.deltaX / width); return; }
  zoom(event.deltaY > 0 ? 1.25 : 0.8, view.from + (px - left) / (width - left) * (view.to - view.from));
}, { passive: false });
const actions = {
  in: () => zoom(0.5), out: () => zoom(2), all: () => look(0, axisEnd()),
  next: () => step(1), previous: () => step(-1), fault: nextFault };
const keys = { '+': 'in', '=': 'in', '-': 'out', '0': 'all', Home: 'all', n: 'next', p: 'previous', f: 'fault' };
canvas.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'ArrowLeft') pan(-0.2);
  else if (event.key === 'ArrowRight') pan(0.2);
  else if (keys[event.key]) actions[keys[event.key]]();
  else return;
  event.preventDefault();
});
for (const element of document.querySelectorAll('[data-do]')) element.addEventListener('click', actions[element.dataset.do]);
$('squeeze').addEventListener('change', event => { layAxis(event.target.checked); actions.all(); });

// ---- the texts around it ----
function fillTexts() {
  const broken = [...new Set(data.violations.map(v => v.invariant))];
  $('verdict').textContent = broken.length ? 'Violated: ' + broken.join(', ') : 'Every invariant holds';
  $('verdict').className = broken.length ? 'bad' : 'good';
  document.title = $('verdict').textContent + ' - seed ' + data.seed;
  $('facts').textContent = `${data.scenario}, seed ${data.seed}, ${data.keys} keys, ${calls.length} calls, ${data.hits.length} faults, ${seconds(data.end)} of virtual time; digest ${data.digest}` + (data.exact ? '' : ' (not as in the case file)');
  $('command').textContent = data.command;
  $('copy').addEventListener('click', () => {
    const selection = window.getSelection();
    selection.selectAllChildren($('command'));
    if (navigator.clipboard) navigator.clipboard.writeText(data.command).catch(() => {});  // it is selected
  });
  for (const v of data.violations) {
    const item = make('li');
    item.append(make('strong', v.invariant + (v.about ? ', about ' + v.about : '') + ': '), v.text + ' ');
    if (v.first !== null) item.append(button('first call that touches it', () => choose(v.first, true)), ' ');
    if (v.lastFault !== null) item.append(button('last fault before', () => choose(v.lastFault, true)));
    $('violations').append(item);
  }
  if (!broken.length) { $('violations').className = 'good'; $('violations').append(make('li', 'Nothing.')); }
  for (const line of data.story) {
    const item = make('li'), kind = line.margin.replace('the ', '');
    item.append(make('time', line.at === null ? '' : seconds(line.at)), make('b', line.margin, kind));
    item.append(line.call === null ? make('span', line.text, line.margin ? '' : 'calm') : button(line.text, () => choose(line.call, true)));
    $('story').append(item);
  }
  for (const hit of data.hits) {
    const call = calls[hit], row = make('tr'), who = make('td');
    who.append(button(data.lanes[call.lane].role, () => { choose(hit, true); canvas.scrollIntoView({ block: 'center' }); }));
    row.append(make('td', seconds(call.begun)), who, make('td', call.site + ' ' + call.key + ' #' + call.occurrence),
      make('td', call.fault), make('td', data.meanings[call.fault]), make('td', call.learned || 'nothing: it died'));
    $('faults').append(row);
  }
  const legend = (text, paint) => {
    const item = make('span'), box = make('canvas');
    box.width = box.height = 16; box.style.cssText = 'width:16px;border:0'; box.setAttribute('aria-hidden', 'true');
    paint(box.getContext('2d'));
    item.append(box, text);
    $('legend').append(item);
  };
  const block = name => context => { context.fillStyle = colour(name); context.fillRect(1, 4, 14, 9); };
  legend('a call', block('bar'));
  for (const hit of Object.keys(hits)) legend(hits[hit], context => mark(context, hit, 8, 8, 4));
  legend('touches the violated key', context => { context.strokeStyle = colour('key'); context.lineWidth = 2.5; context.strokeRect(2, 4, 12, 8); });
}
function begin() {
  fillTexts();
  layAxis(true);
  height = layLanes();
  $('details').append(make('p', 'Choose a call to see it here.'));
  width = canvas.clientWidth;
  look(0, axisEnd());
  const first = data.violations.find(v => v.lastFault !== null || v.first !== null);
  const start = first ? (first.lastFault !== null ? first.lastFault : first.first) : data.hits[0];
  if (start !== undefined) choose(start, axisEnd() > 3e6);
}
window.addEventListener('resize', draw);
window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
begin();
