import './style/main.css';
import { ChatApp } from './chat/chat-app.js';
import { warmUpWhenUsed } from './markdown/warm-up.js';

// In a task of its own: with what comes before, it would hold up a slow machine for twice as long.
setTimeout(() => {
  new ChatApp().start();
  warmUpWhenUsed();
});
