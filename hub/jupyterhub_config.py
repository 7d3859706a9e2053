"""Settings of a hub for one room on one machine: what each learner's server may take, and when it ends by itself."""

THREADS = 1  # of each kernel: with more than there are cores in all, kernels wait for each other
MEMORY = 4 * 2**30  # bytes of data that each process may hold; chapters need less, and 10 GB asked for is refused
HOURS = 3600  # seconds

c = get_config()  # noqa: F821, which JupyterHub puts here

c.JupyterHub.bind_url = "http://:8000"
c.JupyterHub.db_url = "sqlite:////tmp/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = "/tmp/jupyterhub_cookie_secret"
c.Authenticator.allow_all = True  # who has a password on this machine
c.PAMAuthenticator.open_sessions = False  # containers have no sessions to open

c.Spawner.cmd = ["prlimit", f"--data={MEMORY}", "jupyterhub-singleuser"]
c.Spawner.environment = {"OMP_NUM_THREADS": str(THREADS)}
c.Spawner.default_url = "/lab"
c.Spawner.start_timeout = c.Spawner.http_timeout = 120  # all of a room come at once
c.JupyterHub.concurrent_spawn_limit = 20
c.Spawner.args = [
    f"--MappingKernelManager.cull_idle_timeout={1 * HOURS}",
    f"--ServerApp.shutdown_no_activity_timeout={2 * HOURS}",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
]
