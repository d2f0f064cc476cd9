// Runs before the first paint, so that a chosen theme does not flash in from the system's one.
try {
  const theme = localStorage.getItem('rondo.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is forbidden: the system's theme it is.
}
