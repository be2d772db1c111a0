//! The protocol: what is there, and calls passed on to workers.

use rmcp::handler::server::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData, Implementation, ListToolsResult,
    MetaObject, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::{RequestContext, ServiceExt as _};
use rmcp::{RoleServer, transport};

use super::instructions::instructions;
use super::pool::{CallWorkers, NoAnswer};
use super::setup::{AssistantSettings, OpenedGraph, ToolCall, ToolFailure, WorkerSetup};
use super::tools;
use crate::error::{Action, Error, Result};
use crate::finding::did_you_mean;
use crate::pipeline::Knowledge;

/// Under this name a failed call has its findings as JSON, besides their text.
const FINDINGS: &str = "civigraph/findings";

struct Assistant {
    workers: CallWorkers,
    tools: Vec<Tool>,
    config: ServerConfig,
}

/// Serves the graph over standard input and output until its client is gone. `knowledge` is what `graph` has now.
///
/// # Errors
///
/// Those of starting.
pub fn serve(knowledge: Knowledge, graph: OpenedGraph, settings: AssistantSettings) -> Result<()> {
    let implementation = Implementation::new("civigraph", env!("CARGO_PKG_VERSION"))
        .with_title(format!("civigraph: {}", knowledge.edition.title));
    let config = ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
        .with_server_info(implementation)
        .with_instructions(instructions(&knowledge)?);
    // It was opened to describe it; workers have their own.
    drop(knowledge);
    let AssistantSettings { timeout, memory, rows, program } = settings;
    let workers = CallWorkers::new(program, WorkerSetup { graph, timeout, memory, rows });
    let assistant = Assistant { workers, tools: tools::list(), config };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(Error::io(Action::Create, "a thread"))?;
    let served = runtime.block_on(async {
        // A client that goes before it has begun has ended the connection, too.
        if let Ok(running) = assistant.serve(transport::stdio_pipes()).await {
            let _ = running.waiting().await;
        }
    });
    // Reading standard input cannot be broken off.
    runtime.shutdown_background();
    Ok(served)
}

impl ServerHandler for Assistant {
    fn get_info(&self) -> ServerConfig {
        self.config.clone()
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.tools.clone()))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.tools.iter().find(|tool| tool.name == name).cloned()
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if self.get_tool(&request.name).is_none() {
            let names = self.tools.iter().map(|tool| &*tool.name);
            let hint = did_you_mean(&request.name, names.clone())
                .unwrap_or_else(|| format!("the tools are {}", names.collect::<Vec<_>>().join(", ")));
            let message = format!("there is no tool `{}`; {hint}", crate::finding::shorten(&request.name));
            return Err(ErrorData::invalid_params(message, None));
        }
        let call = ToolCall { tool: request.name.into_owned(), arguments: request.arguments.unwrap_or_default() };
        let result = match self.workers.call(call, &context).await {
            Ok(answer) => {
                let mut result = CallToolResult::structured(answer.structured);
                result.content = vec![ContentBlock::text(answer.text)];
                result
            }
            Err(NoAnswer::Failure(ToolFailure { text, findings })) => {
                let mut meta = MetaObject::new();
                meta.0.insert(FINDINGS.to_owned(), findings);
                let mut result = CallToolResult::error(vec![ContentBlock::text(text)]);
                result.meta = Some(meta);
                result
            }
            // Nobody reads the answer to a call that was cancelled.
            Err(NoAnswer::Cancelled) => CallToolResult::error(vec![ContentBlock::text("the call was cancelled")]),
        };
        Ok(result.into())
    }
}
