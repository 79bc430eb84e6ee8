import './book-kind.ts';
import '../../shared/item-worker.ts';
