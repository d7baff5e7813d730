// Keeps a page current: the server sends its HTML anew whenever it has changed.
"use strict";

const board = document.getElementById("board");
const live = document.getElementById("live");

function say(connected) {
  live.textContent = connected ? live.dataset.live : live.dataset.lost;
  live.classList.toggle("lost", !connected);
}

// What is opened stays open, what has the focus keeps it.
function replace(html) {
  const opened = [...board.querySelectorAll("details[open]")].map((one) => one.id);
  const focused = board.contains(document.activeElement) ? document.activeElement.id : "";
  board.innerHTML = html;
  for (const id of opened) {
    document.getElementById(id)?.setAttribute("open", "");
  }
  if (focused) {
    document.getElementById(focused)?.focus({ preventScroll: true });
  }
}

const source = new EventSource("/live?" + board.dataset.source);
source.onopen = () => say(true);
source.onmessage = (event) => replace(JSON.parse(event.data));
source.onerror = () => {
  say(false);
  // The browser tries again by itself unless it was sent away: then the session is over.
  if (source.readyState === EventSource.CLOSED) {
    setTimeout(() => location.reload(), 2000);
  }
};
