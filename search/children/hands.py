"""What a study sets going as early as it can, because TensorFlow's import takes seconds: its workers, and its end."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Event, Thread
from typing import Any

from search.children.workers import Crew
from search.files import StudyFiles, plain_name
from search.planning import Plan, require_known, workers_of
from search.settings import Settings
from zoo import runtime
from zoo.converter import Converter
from zoo.data import embedded
from zoo.errors import ZooError


class Hands:
    """The crew of a study, started before its data is read where it is plain that trials will train.

    `crew_of` makes a crew of a count of workers and of threads of each. Leaving the `with` block ends all workers.
    """

    def __init__(self, settings: Settings, crew_of: Callable[[int, int], Crew] = Crew) -> None:
        self.settings, self._crew_of = settings, crew_of
        self._crews: list[Crew] = []

    def __enter__(self) -> Hands:
        count = workers_ahead(self.settings)
        if count:
            self._start(count)
        return self

    def __exit__(self, *_: object) -> None:
        for crew in self._crews:
            crew.close()

    def crew(self, plan: Plan) -> Crew | None:
        """Return the workers of a plan, which begin to read its data; None when trials train in this process."""
        for ahead in self._crews:
            if len(ahead.workers) != plan.workers:
                ahead.close()
        if not plan.workers:
            return None
        right = (crew for crew in self._crews if len(crew.workers) == plan.workers)
        crew = next(right, None) or self._start(plan.workers)
        crew.expect(plan.dataset.source, plan.prepared)
        return crew

    def _start(self, count: int) -> Crew:
        crew = self._crew_of(count, self.settings.threads)
        self._crews.append(crew)
        try:
            crew.start()
        except BaseException:
            crew.close()  # before the `with` block is entered nobody else would
            raise
        return crew


class Ahead:
    """Gets ready, beside the trials, what the end of a study needs: MLflow, TensorFlow here, and in the converter.

    Before all that it does `first`. One after the other, so that the trials keep a core. Leaving the `with` block
    begins nothing more. Meanwhile sys.stderr is another file, because a study may have to speak while native code is
    kept off the terminal.
    """

    def __init__(self, plan: Plan, converter: Converter, first: Callable[[], Any] = lambda: None) -> None:
        self.plan, self.converter = plan, converter
        self._begin, self._first = first, Future[Any]()
        self._over = Event()
        self._thread = Thread(target=self._prepare, daemon=True)

    def __enter__(self) -> Ahead:
        # requests ignores it too, but what is set in a thread another thread's catch_warnings may take back
        warnings.filterwarnings("ignore", "SOCKS support in urllib3")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    def first(self) -> Any:
        """Return what `first` returned, or raise what it raised, once it has ended."""
        return self._first.result()

    def wait(self) -> None:
        """Wait until all is ready; what else went wrong is met again where it is needed."""
        self._thread.join()

    def _prepare(self) -> None:
        with runtime.own_stderr():
            self._take_steps()

    def _take_steps(self) -> None:
        from search.tracking import prepare

        try:
            self._first.set_result(self._begin())
        except BaseException as error:
            self._first.set_exception(error)
        steps: tuple[Any, ...] = (
            lambda: prepare(self.plan.files.root),  # MLflow's import and tables take seconds
            self.converter.start,
            lambda: self.plan.workspace,
            lambda: import_module("search.pictures._png").prepare(),  # Matplotlib
        )
        for step in steps:
            if not self._over.is_set():
                with suppress(Exception):
                    step()


def workers_ahead(settings: Settings) -> int:
    """Return how many workers a study surely needs, from what is known before its data is read; 0 when unsure."""
    with suppress(ZooError):
        require_known(settings)
        if isinstance(settings.data, str | Path) and (str(settings.data) in embedded() or Path(settings.data).exists()):
            files = StudyFiles(settings.root.resolve(), settings.study or plain_name(Path(settings.data).stem))
            return 0 if files.report.exists() else workers_of(settings, files)
    return 0
