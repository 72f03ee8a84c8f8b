// The theme the user chose, before anything is painted; the page itself takes over from here.
try {
  document.documentElement.dataset.theme = localStorage.getItem("podyard.theme") ?? "system";
} catch {
  // Storage is blocked: the system's theme it is.
}
