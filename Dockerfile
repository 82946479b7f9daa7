# One image for every service of compose.yaml: the page, the worker, the Prefect server.
FROM python:3.11-slim-bookworm

# Pango sets the PDFs; git is not needed, nor a compiler
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 fonts-dejavu-core \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /opt/verbatim
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY nlp nlp
COPY rubric rubric
COPY models models
COPY coaching coaching
COPY store store
COPY operations operations
COPY app app
COPY flows flows
COPY review review
COPY cli cli
COPY examples examples
RUN pip install --no-cache-dir -c constraints.txt torch==2.13.0 \
 && pip install --no-cache-dir -c constraints.txt -e '.[otel]'

RUN useradd --create-home --uid 10001 verbatim \
 && mkdir -p /program /prefect \
 && chown verbatim:verbatim /program /prefect
USER verbatim
ENV HF_HUB_OFFLINE=1 \
    DO_NOT_TRACK=1 \
    PREFECT_SERVER_ANALYTICS_ENABLED=false \
    PYTHONUNBUFFERED=1
WORKDIR /program
ENTRYPOINT ["verbatim"]
CMD ["--help"]
