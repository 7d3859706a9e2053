// What the slider of a film does when it is moved; `this` is the slider. Nothing else is needed: no kernel, no library.
const film = this.closest('.gancore-film');
const moment = JSON.parse(film.dataset.moments)[this.value];
film.style.setProperty('--column', moment.column);
film.style.setProperty('--row', moment.row);
film.querySelectorAll('.cursor').forEach((cursor, place) => { cursor.style.left = `${moment.cursors[place]}%`; });
film.querySelector('[role=status]').textContent = moment.words;
this.setAttribute('aria-valuetext', moment.name);
